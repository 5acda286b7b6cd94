namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The formula: project, split into heads, score, softmax, mix, join, project.</summary>
sealed partial class Reference
{
    /// <summary>softmax(cap(scale · q kᵀ) + bias), <c>[T, S]</c>, for one head. A bias of negative infinity hides the key;
    /// a query without keys has zeros.</summary>
    public static double[][] Weigh(double[][] q, double[][] k, double scale, double? softcap, Func<int, int, double> bias) =>
        [.. q.Select((query, i) => Softmax([.. k.Select((key, j) => Score(query, key, scale, softcap, bias(i, j)))]))];

    static double Score(double[] q, double[] k, double scale, double? softcap, double bias)
    {
        if (double.IsNegativeInfinity(bias))
            return bias;
        var score = scale * Dot(q, k);
        return (softcap is { } cap ? cap * Math.Tanh(score / cap) : score) + bias;
    }

    static double[] Softmax(double[] scores)
    {
        var max = scores.Aggregate(double.NegativeInfinity, Math.Max);           // a NaN stays one
        var powers = Array.ConvertAll(scores, score => double.IsNegativeInfinity(score) ? 0 : Math.Exp(score - max));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power == 0 ? 0 : power / sum);
    }

    /// <summary>The values, <c>[S, width]</c>, weighted and summed.</summary>
    public static double[] Mix(double[] weights, double[][] values, int width)
    {
        var sum = new double[width];
        for (var j = 0; j < weights.Length; j++)
            for (var e = 0; e < width && weights[j] != 0; e++)
                sum[e] += weights[j] * values[j][e];
        return sum;
    }

    /// <summary>Whether causality and the window let query <c>i</c> see key <c>j</c>. Both count from 0, also when <c>T</c> is not
    /// <c>S</c>, as in the ONNX standard's cases.</summary>
    public static bool IsVisible(int i, int j, bool isCausal, int? window) =>
        (!isCausal || j <= i) && (window is null || Math.Abs(i - j) <= window);

    double[][] Attention(double[][] x, int layer)
    {
        var prefix = AttentionPrefix(layer);
        if (_options.KeptHeads?[layer].Count == 0)
            return Array.ConvertAll(x, token =>
                _parameters.Vector($"{prefix}out_proj.bias") ?? new double[_options.OutputDimension ?? token.Length]);
        var (heads, keyHeads) = (_options.NumberOfHeads!.Value, _options.NumberOfKeyValueHeads ?? _options.NumberOfHeads!.Value);
        var (toQuery, toKey, toValue) = Projections(prefix);
        int[] kept = [.. _options.KeptHeads?[layer] ?? Enumerable.Range(0, heads)];
        int[] shared = [.. kept.Select(h => h / (heads / keyHeads)).Distinct()];
        var (headDimension, valueDimension) = (toQuery.Weight.Length / kept.Length, toValue.Weight.Length / shared.Length);
        var keys = _row.Keys is { } given ? Patched(Array.ConvertAll(given, key => Standardized(key, "key")), _isKeyFrame)
            : _row.KeyIds is { } ids
                ? Patched(Array.ConvertAll(ids, id => Embedded(id, _row.Ids is null ? 0 : _options.InputColumnNames.Count)), _isKeyFrame)
            : x;
        var values = _row.Values is { } others
            ? Patched(Array.ConvertAll(others, value => Standardized(value, "value")), _isKeyFrame)
            : keys;
        var (q, k, v) = (toQuery.Apply(x), toKey.Apply(keys), toValue.Apply(values));
        var joined = Array.ConvertAll(x, _ => new List<double>());               // [T, H·Dv]
        for (var n = 0; n < kept.Length; n++)
        {
            var (h, source) = (kept[n], Array.IndexOf(shared, kept[n] / (heads / keyHeads)));
            var weights = Weigh(
                Turned(HeadNorm(Part(q, n, headDimension), $"{prefix}q_norm"), layer),
                Turned(HeadNorm(Part(k, source, headDimension), $"{prefix}k_norm"), layer),
                _options.Scale ?? 1 / Math.Sqrt(headDimension), _options.Softcap, (i, j) => Bias(layer, h, i, j));
            var headValues = Part(v, source, valueDimension);
            for (var i = 0; i < x.Length; i++)
            {
                joined[i].AddRange(Mix(weights[i], headValues, valueDimension));
                for (var j = 0; j < keys.Length && _isQuery[i]; j++)
                    _weights[layer, h, i, j] = weights[i][j];
            }
        }
        return _parameters.Affine($"{prefix}out_proj").Apply(Array.ConvertAll(joined, token => token.ToArray()));
    }

    /// <summary>The three projections, packed in one matrix or separate; their biases are always one vector.</summary>
    (Affine Query, Affine Key, Affine Value) Projections(string prefix)
    {
        var (q, k, v) = _parameters.Has($"{prefix}in_proj_weight")
            ? Thirds(_parameters.Matrix($"{prefix}in_proj_weight"))
            : (_parameters.Matrix($"{prefix}q_proj_weight"), _parameters.Matrix($"{prefix}k_proj_weight"),
                _parameters.Matrix($"{prefix}v_proj_weight"));
        var bias = _parameters.Vector($"{prefix}in_proj_bias");
        return (new(q, bias?[..q.Length]), new(k, bias?[q.Length..^v.Length]), new(v, bias?[^v.Length..]));
    }

    static (double[][], double[][], double[][]) Thirds(double[][] rows)
    {
        var third = rows.Length / 3;
        return (rows[..third], rows[third..^third], rows[^third..]);
    }

    /// <summary>What the <c>n</c>th head that is there has of each token.</summary>
    static double[][] Part(double[][] tokens, int n, int width) => Array.ConvertAll(tokens, token => token[(n * width)..((n + 1) * width)]);

    double[][] HeadNorm(double[][] x, string name) => _options.NormalizeQueriesAndKeys
        ? Array.ConvertAll(x, token => RmsNorm(token, _parameters.Vector($"{name}.weight")!, _options.NormalizationEpsilon))
        : x;

    double[][] Turned(double[][] x, int layer) =>
        _options.PositionalEncoding is PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved
        ? [.. x.Select((token, t) => Rotate(token, _options.PositionalEncoding == PositionalEncoding.RotaryInterleaved,
            p => Math.Cos(Angle(t, p, token.Length, layer)), p => Math.Sin(Angle(t, p, token.Length, layer))))]
        : x;

    /// <summary>What is added to a score: ALiBi's penalty and the bias, or negative infinity where a mask hides the key.</summary>
    double Bias(int layer, int h, int i, int j)
    {
        var window = _options.LayerWindowSizes is { } layers ? layers[layer] : _options.HeadWindowSizes is { } windows
            ? windows[h]
            : _options.WindowSize;
        if (!_isKey[j] || !IsVisible(i, j, _options.IsCausal, window))
            return double.NegativeInfinity;
        var penalty = _options.PositionalEncoding switch
        {
            PositionalEncoding.Alibi => -AlibiSlope(h, _options.NumberOfHeads!.Value) * Math.Abs(i - j),
            PositionalEncoding.RelativeBuckets when _parameters.Matrix("relative_bias.weight") is var table =>
                table[RelativeBucket(j - i, table.Length, !_options.IsCausal)][h],
            _ => 0,
        };
        return penalty + (_row.Bias is { } bias ? bias[bias.GetLength(0) == 1 ? 0 : h, i, j] : 0);
    }
}
