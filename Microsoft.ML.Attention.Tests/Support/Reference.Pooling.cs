namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>From the tokens to one vector.</summary>
sealed partial class Reference
{
    double[] Pool(double[][] x) => Pool(x, _options.Pooling);

    double[] Pool(double[][] x, AttentionPooling pooling)
    {
        var tokens = x.Where((_, t) => _isQuery[t]).ToArray();
        if (pooling == AttentionPooling.Class)
            return _isPatch.Contains(true) ? x[0] : new double[Width];
        if (pooling == AttentionPooling.Flatten)
            return [.. Enumerable.Range(0, _options.MaximumLength!.Value)
                .SelectMany(t => t < x.Length && _isQuery[t] ? x[t] : new double[Width])];
        var maximum = tokens.Length == 0 ? [] : tokens.Aggregate((a, b) => [.. a.Zip(b, Math.Max)]);
        if (pooling == AttentionPooling.MeanAndMax)
            return tokens.Length == 0
                ? new double[2 * Width]
                : [.. Enumerable.Range(0, Width).Select(e => tokens.Average(token => token[e])), .. maximum];
        return tokens.Length == 0 ? new double[Width] : pooling switch
        {
            AttentionPooling.Mean => [.. Enumerable.Range(0, tokens[0].Length).Select(e => tokens.Average(token => token[e]))],
            AttentionPooling.Max => maximum,
            AttentionPooling.First => tokens[0],
            AttentionPooling.Last => tokens[^1],
            AttentionPooling.Attention => Mix(Weigh([_parameters.Vector("pool.query")!], tokens, 1, null, (_, _) => 0)[0], tokens, Width),
            var other => throw new NotSupportedException($"The oracle has no pooling {other}."),
        };
    }

    static double[] UnitLength(double[] x)
    {
        var length = Math.Sqrt(x.Sum(value => value * value));
        return length == 0 ? x : Array.ConvertAll(x, value => value / length);
    }

    /// <summary>The width of the output: the last layer's output projection has it, whatever the block.</summary>
    int Width => _options.KeptHeads?[^1].Count == 0
        ? _parameters.Vector($"{AttentionPrefix(_options.NumberOfLayers - 1)}out_proj.bias")!.Length
        : _parameters.Matrix($"{AttentionPrefix(_options.NumberOfLayers - 1)}out_proj.weight").Length;
}
