namespace IssueTriage;

/// <summary>How much more often one way was right than another on the same issues, and the standard error of that.</summary>
/// <remarks>Paired: an issue that both get right, or both wrong, says nothing about which is better and adds nothing to the error. Runs of several seeds are averaged for each issue first.</remarks>
readonly record struct PairedDifference(double Mean, double StandardError)
{
    public static PairedDifference Of(IReadOnlyList<Score> one, IReadOnlyList<Score> other)
    {
        double[] differences = [.. ShareRight(one).Zip(ShareRight(other), (a, b) => a - b)];
        var mean = differences.Average();
        var variance = differences.Sum(difference => Math.Pow(difference - mean, 2)) / (differences.Length - 1);
        return new(mean, Math.Sqrt(variance / differences.Length));
    }

    static IEnumerable<double> ShareRight(IReadOnlyList<Score> scores) =>
        Enumerable.Range(0, scores[0].Right.Length).Select(issue => scores.Average(score => score.Right[issue] ? 1.0 : 0.0));
}
