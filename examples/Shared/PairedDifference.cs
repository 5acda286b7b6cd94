namespace Examples;

/// <summary>How much more often one way was right than another on the same rows, and the standard error of that.</summary>
/// <remarks>Paired: a row that both get right, or both wrong, says nothing about which is better and adds nothing to the error. Runs of
/// several seeds are averaged for each row first.</remarks>
readonly record struct PairedDifference(double Mean, double StandardError)
{
    /// <summary>From whether each row was right, run by run.</summary>
    public static PairedDifference Of(IReadOnlyList<bool[]> one, IReadOnlyList<bool[]> other)
    {
        double[] differences = [.. ShareRight(one).Zip(ShareRight(other), (a, b) => a - b)];
        var mean = differences.Average();
        var variance = differences.Sum(difference => Math.Pow(difference - mean, 2)) / (differences.Length - 1);
        return new(mean, Math.Sqrt(variance / differences.Length));
    }

    static IEnumerable<double> ShareRight(IReadOnlyList<bool[]> runs) =>
        Enumerable.Range(0, runs[0].Length).Select(row => runs.Average(run => run[row] ? 1.0 : 0.0));
}
