namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The oracle: the whole family of attentions in plain loops over double, for one row.</summary>
/// <remarks>
/// Written from the formulas, without a look at the library, and held to libtorch by <see cref="ReferenceTests"/>. Sizes come from the
/// tensors; a bias is used exactly when its tensor is there. What a mask hides, or negative infinity, is left out of the sums, so that
/// not even a NaN in it reaches a query; that is what replacing masked tokens by zeros achieves in a batch.
/// </remarks>
sealed partial class Reference
{
    readonly MultiHeadAttentionOptions _options;
    readonly ReferenceParameters _parameters;
    readonly ReferenceRow _row;
    readonly bool[] _isFrame;    // [T], [S]: of what the row brings
    readonly bool[] _isKeyFrame;
    readonly bool[] _isPatch;    // of queries, counted without the class token
    readonly bool[] _isQuery;    // the same of tokens, which may be patches of them
    readonly bool[] _isKey;
    readonly double[,,,] _weights;

    Reference(MultiHeadAttentionOptions options, AttentionParameters parameters, ReferenceRow row)
    {
        _options = options;
        _parameters = new ReferenceParameters(parameters);
        _row = row;
        var isCross = row.IsCross;
        _isFrame = Places(row.QueryLength, t =>
            (row.Ids is null || row.Ids[t] is not null) && (isCross || row.Mask is null || row.Mask[t]));
        _isKeyFrame = isCross
            ? Places(row.KeyLength, s => (row.KeyIds is null || row.KeyIds[s] is not null) && (row.Mask is null || row.Mask[s]))
            : _isFrame;
        (_isQuery, _isKey) = (Patched(_isFrame), Patched(_isKeyFrame));
        _isPatch = _isQuery;
        if (options.Pooling == AttentionPooling.Class && row.QueryLength > 0)
        {
            _isQuery = [true, .. _isQuery];
            _isKey = isCross ? _isKey : _isQuery;
        }
        _weights = new double[options.NumberOfLayers, options.NumberOfHeads!.Value, _isQuery.Length, _isKey.Length];
    }

    /// <summary>What a stage with these options and parameters makes of this row.</summary>
    public static ReferenceResult Row(MultiHeadAttentionOptions options, AttentionParameters parameters, ReferenceRow row) =>
        new Reference(options, parameters, Cut(options, row)).Run();

    ReferenceResult Run()
    {
        var x = Tokens();                                                        // [T, M]
        for (var layer = 0; layer < _options.NumberOfLayers; layer++)
            x = Layer(x, layer);
        if (_options.FinalNormalization ?? _parameters.Has("norm.weight"))
            x = Normalize(x, "norm");
        double[] Pooled() => [.. _options.NormalizeOutput ? UnitLength(Pool(x)) : Pool(x), .. RowStatistics()];
        return new ReferenceResult(_options.Pooling == AttentionPooling.None ? Unmasked(x) : [Pooled()], _weights,
            _row.IsCross ? [] : Rollout(), _isQuery, _isKey)
        {
            Vector = !_parameters.Has("classifier.weight") ? [] : _options.Pooling == AttentionPooling.None
                ? Pool(x, AttentionPooling.Mean)
                : Pooled(),
            Tokens = Unmasked(x)[^_isPatch.Length..],                            // without the class token
        };
    }

    /// <summary>The tokens, zeros where there is none.</summary>
    double[][] Unmasked(double[][] x) => [.. x.Select((token, t) => _isQuery[t] ? token : new double[token.Length])];

    static bool[] Places(int count, Func<int, bool> isToken) => [.. Enumerable.Range(0, count).Select(isToken)];

    public static double Dot(double[] a, double[] b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"Cannot multiply {a.Length} numbers by {b.Length}.");
        var sum = 0.0;
        for (var e = 0; e < a.Length; e++)
            sum += a[e] * b[e];
        return sum;
    }
}
