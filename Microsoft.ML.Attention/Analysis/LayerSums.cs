namespace Microsoft.ML.Attention.Analysis;

/// <summary>What the heads of one layer do, each and beside the others.</summary>
sealed class LayerSums
{
    readonly int _layer;
    readonly IReadOnlyList<int> _heads;
    readonly HeadSums[] _sums;
    readonly double[] _entropies;
    readonly bool[] _sees;

    /// <param name="layer">The layer.</param>
    /// <param name="heads">Its heads, by their numbers before any was pruned.</param>
    /// <param name="windowSize">How far local attention reaches.</param>
    public LayerSums(int layer, IReadOnlyList<int> heads, int windowSize)
    {
        (_layer, _heads) = (layer, heads);
        _sums = [.. heads.Select(_ => new HeadSums(windowSize))];
        _entropies = new double[heads.Count];
        _sees = new bool[heads.Count];
    }

    /// <summary>Adds the queries of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weights">The layer's attention weights in it, <c>[H, T, S]</c>, padded;
    /// heads at the numbers they had before any was pruned.</param>
    /// <param name="paddedQueries">Queries that they are padded to.</param>
    /// <param name="paddedKeys">Keys that they are padded to.</param>
    public void Add(RowView row, ReadOnlySpan<float> weights, int paddedQueries, int paddedKeys)
    {
        for (var query = 0; query < row.Queries; query++)
            if (row.HasQuery(query))
                Add(row, query, weights[(query * paddedKeys)..], paddedQueries * paddedKeys);
    }

    /// <param name="row">The row.</param>
    /// <param name="query">A query that is there.</param>
    /// <param name="weights">Where its attention weights in head 0 begin.</param>
    /// <param name="stride">How far on those in the next head do.</param>
    void Add(RowView row, int query, ReadOnlySpan<float> weights, int stride)
    {
        for (var h = 0; h < _sums.Length; h++)
        {
            var visible = row.Visible(_layer, _heads[h], query);
            _sees[h] = visible > 0;
            if (!_sees[h])
                continue;
            var own = weights.Slice(_heads[h] * stride, row.Keys);
            _entropies[h] = Entropy.Of(own);
            _sums[h].Add(own, _entropies[h], query, visible, row);
            for (var other = 0; other < h; other++)
                if (_sees[other])
                    AddDivergence(h, other,
                        Entropy.Divergence(own, _entropies[h], weights.Slice(_heads[other] * stride, row.Keys), _entropies[other]));
        }
    }

    void AddDivergence(int head, int other, double divergence)
    {
        _sums[head].AddDivergence(divergence);
        _sums[other].AddDivergence(divergence);
    }

    public IEnumerable<HeadStatistics> Statistics() => _sums.Select((sums, h) => sums.Statistics(_layer, _heads[h]));
}
