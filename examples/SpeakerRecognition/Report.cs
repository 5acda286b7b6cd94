using Examples;

namespace SpeakerRecognition;

/// <summary>Prints the scores side by side.</summary>
static class Report
{
    /// <summary>What others have published for the same split of the same data, by its name.</summary>
    static readonly Dictionary<string, string> Published = new()
    {
        ["JapaneseVowels"] = "DTW 0.949, ROCKET 0.962, T-Loss 0.984-0.989",
    };

    public static void Heading(Recordings recordings, int asked)
    {
        Console.WriteLine($"{recordings.Name}: {recordings.Speakers} speakers, {recordings.Channels} channels, "
            + $"{recordings.ShortestLength} to {recordings.LongestLength} frames; " +
            $"{recordings.Train.Count} utterances to learn from, {recordings.Test.Count} to be tested on.");
        Console.WriteLine();
        Console.WriteLine($"{"",-52}{$"right of {asked}",14}{"accuracy",10}{"ECE",7}{"seconds",9}");
    }

    public static void Section(string title) => Console.WriteLine(title);

    public static void Line(string name, Score score) =>
        Console.WriteLine(FormattableString.Invariant(
            $"  {name,-50}{score.Right,14}{score.Accuracy,10:0.000}{score.CalibrationError,7:0.000}{score.Seconds,9:0.0}"));

    /// <summary>One line for the median, one for each.</summary>
    public static void Lines(string name, IReadOnlyList<Score> scores)
    {
        Line($"{name}, median of {scores.Count} seeds", Score.Median(scores));
        Console.WriteLine($"    each: {string.Join(", ", scores.Select(s => s.Right))}");
    }

    /// <summary>Whether the trainer keeps what it promises beside the stage and SDCA.</summary>
    public static void Claim(IReadOnlyList<Score> trainer, IReadOnlyList<Score> stage)
    {
        var difference = PairedDifference.Of([.. trainer.Select(score => score.IsRight)], [.. stage.Select(score => score.IsRight)]);
        Console.WriteLine("The trainer is at least as accurate as the stage -> SDCA, in less time");
        Console.WriteLine($"  {SeedBySeed.Of(trainer, stage)}");
        Console.WriteLine(
            FormattableString.Invariant(
                $"  paired difference of the accuracies: {difference.Mean:+0.0000;-0.0000;0.0000}, standard error {difference.StandardError:0.0000}"));
    }

    public static void Reference(Recordings recordings)
    {
        if (Published.TryGetValue(recordings.Name, out var figures))
            Console.WriteLine($"Published accuracies, not measured here\n  {figures}");
    }
}
