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

    public static void Heading(Recordings recordings)
    {
        Console.WriteLine($"{recordings.Name}: {recordings.Speakers} speakers, {recordings.Channels} channels, {recordings.ShortestLength} to {recordings.LongestLength} frames; " +
            $"{recordings.Train.Count} utterances to learn from, {recordings.Test.Count} to be tested on.");
        Console.WriteLine();
        Console.WriteLine($"{"",-52}{$"right of {recordings.Test.Count}",14}{"accuracy",10}{"seconds",9}");
    }

    public static void Section(string title) => Console.WriteLine(title);

    public static void Line(string name, Score score) =>
        Console.WriteLine(FormattableString.Invariant($"  {name,-50}{score.Right,14}{score.Accuracy,10:0.000}{score.Seconds,9:0.0}"));

    /// <summary>One line for the median, one for each.</summary>
    public static void Lines(string name, IReadOnlyList<Score> scores)
    {
        Line($"{name}, median of {scores.Count} seeds", Score.Median(scores));
        Console.WriteLine($"    each: {string.Join(", ", scores.Select(s => s.Right))}");
    }

    public static void Reference(Recordings recordings)
    {
        if (Published.TryGetValue(recordings.Name, out var figures))
            Console.WriteLine($"Published accuracies, not measured here\n  {figures}");
    }
}
