namespace IssueTriage;

/// <summary>For each issue of one run whether it went to its area, and the seconds that learning and asking took.</summary>
sealed record Score(bool[] Right, double Seconds)
{
    /// <summary>The share that was right: what ML.NET calls micro-accuracy.</summary>
    public double Accuracy => (double)Count / Right.Length;

    public int Count => Right.Count(right => right);

    /// <summary>The one in the middle, of an odd number of them.</summary>
    public static Score Median(IReadOnlyList<Score> scores) => scores.OrderBy(score => score.Count).ElementAt(scores.Count / 2);
}
