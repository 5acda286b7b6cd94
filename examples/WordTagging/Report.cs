using Examples;

namespace WordTagging;

/// <summary>Prints the scores side by side.</summary>
static class Report
{
    public static void Data(Treebank treebank) => Console.WriteLine(FormattableString.Invariant(
        $"{treebank.Name}: {treebank.Tags.Count} tags; {treebank.Train.Count} sentences ({Words(treebank.Train)} words) to learn from, {treebank.Test.Count} ({Words(treebank.Test)}, {treebank.UnknownShare:0%} of them never seen) to be tested on."));

    public static void Heading(string title, IReadOnlyList<Sentence> asked) =>
        Console.WriteLine($"\n{title,-58}{$"right of {Words(asked)}",15}{"accuracy",10}{"ECE",7}{"seconds",9}");

    public static void Line(string name, Score score) =>
        Console.WriteLine(FormattableString.Invariant(
            $"  {name,-56}{score.Right,15}{score.Accuracy,10:0.0000}{score.CalibrationError,7:0.000}{score.Seconds,9:0}"));

    public static void Difference(string name, Score one, Score other)
    {
        var difference = PairedDifference.Of([one.IsRight], [other.IsRight]);
        Console.WriteLine(FormattableString.Invariant(
            $"  {name}: {difference.Mean:+0.0000;-0.0000;0.0000}, standard error {difference.StandardError:0.0000}"));
    }

    static int Words(IReadOnlyList<Sentence> sentences) => sentences.Sum(sentence => sentence.Words.Count);
}
