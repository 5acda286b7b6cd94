namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Each row by itself brought to mean 0 and deviation 1, channel by channel.</summary>
sealed partial class Reference
{
    /// <summary>The mean and deviation of each channel of the tokens that are there, as the data set's statistics leave them.</summary>
    (double[] Mean, double[] Deviation) Statistics()
    {
        double[][] frames = [.. _row.Tokens.Where((_, t) => _isFrame[t]).Select(token => Standardized(token, "input"))];
        var width = _row.Tokens.Length == 0 ? _options.EmbeddingDimension ?? 0 : _row.Tokens[0].Length;
        double[] mean = [.. Enumerable.Range(0, width).Select(e => frames.Select(token => token[e]).DefaultIfEmpty(0).Average())];
        return (mean, [.. Enumerable.Range(0, width)
            .Select(e => Math.Sqrt(frames.Select(token => (token[e] - mean[e]) * (token[e] - mean[e])).DefaultIfEmpty(0).Average()))]);
    }

    double[] Leveled(double[] token, int t)
    {
        if (!_options.StandardizeRows || !_isFrame[t])
            return token;
        var (mean, deviation) = Statistics();
        return [.. token.Select((value, e) => (value - mean[e]) / (deviation[e] > 1e-5 * Math.Abs(mean[e]) ? deviation[e] : 1))];
    }

    double[] RowStatistics() => !_options.StandardizeRows ? [] : Statistics() is var (mean, deviation) ? [.. mean, .. deviation] : [];
}
