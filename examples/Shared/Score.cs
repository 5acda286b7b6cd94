using System.Diagnostics;

namespace Examples;

/// <summary>What one run predicted of the rows to be tested on, and the seconds that it took.</summary>
/// <param name="Rows">What became of each row, in their order.</param>
/// <param name="Seconds">Of learning, or of learning and asking: the example says which.</param>
sealed record Score(IReadOnlyList<Judged> Rows, double Seconds)
{
    public int Right => Rows.Count(row => row.IsRight);

    /// <summary>The share that was right: what ML.NET calls micro-accuracy.</summary>
    public double Accuracy => (double)Right / Rows.Count;

    public double CalibrationError => Calibration.Error(Rows);

    public bool[] IsRight => [.. Rows.Select(row => row.IsRight)];

    /// <summary>Of a run that is timed from beginning to end.</summary>
    public static Score Timed(Func<Judged[]> run)
    {
        var watch = Stopwatch.StartNew();
        var rows = run();
        return new(rows, watch.Elapsed.TotalSeconds);
    }

    /// <summary>The one in the middle, of an odd number of them.</summary>
    public static Score Median(IReadOnlyList<Score> scores) => scores.OrderBy(score => score.Right).ElementAt(scores.Count / 2);
}
