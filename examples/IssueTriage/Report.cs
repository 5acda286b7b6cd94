using Examples;

namespace IssueTriage;

/// <summary>Prints the scores side by side.</summary>
static class Report
{
    public static void Data(Issues issues) =>
        Console.WriteLine(
            $"{issues.Name}: {issues.Areas.Count} areas; {issues.Train.Count} issues to learn from, {issues.Test.Count} to be tested on.");

    public static void Heading(string title, int issues) =>
        Console.WriteLine($"\n{title,-58}{$"right of {issues}",14}{"accuracy",10}{"ECE",7}{"seconds",9}");

    public static void Line(string name, Score score) =>
        Console.WriteLine(FormattableString.Invariant(
            $"  {name,-56}{score.Right,14}{score.Accuracy,10:0.000}{score.CalibrationError,7:0.000}{score.Seconds,9:0}"));

    /// <summary>One line for the median, one for each.</summary>
    public static void Lines(string name, IReadOnlyList<Score> scores)
    {
        Line(name, Score.Median(scores));
        Console.WriteLine($"    each: {string.Join(", ", scores.Select(score => score.Right))}");
    }

    public static void Difference(string name, PairedDifference difference) =>
        Console.WriteLine(FormattableString.Invariant(
            $"  {name}: {difference.Mean:+0.000;-0.000;0.000}, standard error {difference.StandardError:0.000}"));
}
