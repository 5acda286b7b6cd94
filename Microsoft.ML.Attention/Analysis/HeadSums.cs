namespace Microsoft.ML.Attention.Analysis;

/// <summary>The means over queries that make up <see cref="HeadStatistics"/>.</summary>
sealed class HeadSums(int windowSize)
{
    Mean _entropy, _relativeEntropy, _distance, _relativeDistance, _self, _previous, _next, _first, _window, _confidence, _divergence;

    /// <summary>Adds a query.</summary>
    /// <param name="weights">Its attention weights, <c>[S]</c>.</param>
    /// <param name="entropy">Their entropy.</param>
    /// <param name="query">Its index.</param>
    /// <param name="visible">Keys that it sees, at least 1.</param>
    /// <param name="row">The row that it is in.</param>
    public void Add(ReadOnlySpan<float> weights, double entropy, int query, int visible, RowView row)
    {
        _entropy.Add(entropy);
        if (visible > 1)
            _relativeEntropy.Add(entropy / Math.Log(visible));
        _first.Add(weights[row.FirstKey]);
        var most = 0f;
        foreach (var weight in weights)
            most = Math.Max(most, weight);
        _confidence.Add(most);
        if (row.IsSelfAttention)
            AddPositions(weights, query, row.Length);
    }

    void AddPositions(ReadOnlySpan<float> weights, int query, int length)
    {
        double distance = 0, window = 0;
        for (var key = 0; key < weights.Length; key++)
        {
            var positions = Math.Abs(query - key);
            distance += (double)weights[key] * positions;
            if (positions <= windowSize)
                window += weights[key];
        }
        _distance.Add(distance);
        _relativeDistance.Add(distance / length);
        _window.Add(window);
        _self.Add(weights[query]);
        _previous.Add(query > 0 ? weights[query - 1] : 0);
        _next.Add(query + 1 < weights.Length ? weights[query + 1] : 0);
    }

    /// <summary>Adds how far another head's attention weights of one query are from this one's.</summary>
    public void AddDivergence(double divergence) => _divergence.Add(divergence);

    public HeadStatistics Statistics(int layer, int head) => new()
    {
        Layer = layer,
        Head = head,
        Entropy = _entropy.Value,
        RelativeEntropy = _relativeEntropy.Value,
        Distance = _distance.Value,
        RelativeDistance = _relativeDistance.Value,
        SelfShare = _self.Value,
        PreviousShare = _previous.Value,
        NextShare = _next.Value,
        FirstShare = _first.Value,
        WindowShare = _window.Value,
        Confidence = _confidence.Value,
        Divergence = _divergence.Value,
    };
}

/// <summary>The mean of numbers given one at a time; NaN of none.</summary>
struct Mean
{
    double _sum;
    long _count;

    public readonly double Value => _sum / _count;

    public void Add(double number)
    {
        _sum += number;
        _count++;
    }
}
