namespace SeriesContest;

/// <summary>Runs the contest on each set and prints it.</summary>
static class Report
{
    static readonly int[] Seeds = [1, 2, 3, 4, 5];

    public static void Run(IReadOnlyList<SeriesSet> sets)
    {
        foreach (var set in sets)
        {
            Console.WriteLine(
                $"{set.Name}: {set.Classes} classes, {set.Channels} channels, {set.ShortestLength} to {set.LongestLength} frames; " +
                $"{set.Train.Count} series to learn from, {set.Test.Count} to be tested on.");
            Line("attention trainer, short overload", [.. Seeds.Select(seed => new Contest(set, seed).Attention())]);
            Line("padded frames -> SDCA", [.. Seeds.Select(seed => new Contest(set, seed).Sdca())]);
            Line("padded frames -> LightGBM", [.. Seeds.Select(seed => new Contest(set, seed).LightGbm())]);
        }
    }

    /// <summary>The median of the seeds, the least and the most, and the median of the seconds.</summary>
    static void Line(string name, Score[] scores)
    {
        var accuracies = scores.Select(score => score.Accuracy).Order().ToArray();
        var seconds = scores.Select(score => score.Seconds).Order().ToArray()[scores.Length / 2];
        Console.WriteLine(FormattableString.Invariant(
            $"  {name,-36} median of {scores.Length} seeds {accuracies[scores.Length / 2]:0.000} ({accuracies[0]:0.000} to {accuracies[^1]:0.000}), {seconds,6:0.0} s"));
    }
}
