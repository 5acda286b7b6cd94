using Examples;
using Microsoft.ML.Attention;

namespace Robustness;

/// <summary>Prints what was measured, means and standard errors over the seeds.</summary>
static class Report
{
    public static void Heading(Recordings recordings, IReadOnlyList<int> seeds) => Console.WriteLine(
        $"{recordings.Name}: {recordings.Speakers} speakers, {recordings.Train.Count} utterances to learn from, {recordings.Test.Count} "
            + "to be tested on.\n" +
        $"{Recognizer.NumberOfLayers} layers of {Recognizer.NumberOfHeads} heads; means and standard errors over {seeds.Count} seeds, "
            + $"{Experiment.Draws} random draws each.");

    /// <summary>A line for each share, a column for each curve.</summary>
    public static void Accuracies(string axis, IReadOnlyList<Curve> curves)
    {
        Console.WriteLine($"\nAccuracy, {axis,-34}{string.Concat(curves.Select(curve => $"{curve.Name,28}"))}");
        for (var n = 0; n < curves[0].Points.Count; n++)
            Console.WriteLine(FormattableString.Invariant($"  {curves[0].Points[n].X,-42:0.###}")
                + string.Concat(curves.Select(curve => $"{new Estimate(curve.Points[n].Y, curve.Points[n].Spread),28}")));
    }

    /// <summary>A line for each way to lose half of the heads.</summary>
    public static void Prunings(string kind, IReadOnlyList<Pruning> prunings)
    {
        Console.WriteLine($"\n{$"Without half of the heads, {kind}",-60}{"accuracy",16}{"lost",18}");
        Line("whole", p => p.Whole);
        Line("the least important to the label pruned, step by step", p => p.LeastImportant);
        Line("the same silenced", p => p.Silenced);
        Line("the least important pruned by one analysis, at once", p => p.AtOnce);
        Line("the weakest pruned, by their parameters", p => p.Weakest);
        Line($"half pruned at random, mean of {Experiment.Draws} draws", p => p.AtRandom);
        Line("all but the least important pruned", p => p.Rest);
        Console.WriteLine("  Pruned and silenced, every utterance is taken for the same speaker's: "
            + $"{(prunings.All(p => p.RecognizesAsSilenced) ? "yes" : "NO")}.");
        Console.WriteLine($"  Step by step it loses less than at random with {prunings.Count(p => p.LeastImportant > p.AtRandom)} of "
            + $"{prunings.Count} seeds; how much less: " +
            $"{Estimate.Of([.. prunings.Select(p => p.LeastImportant - p.AtRandom)]).ToString().Trim()}.");

        Console.WriteLine($"  Of the first layer's {Recognizer.NumberOfHeads} heads are left, seed by seed: step by step "
            + $"{Listed(p => p.LeftOfFirstLayer)}; at once {Listed(p => p.LeftOfFirstLayerAtOnce)}.");

        string Listed(Func<Pruning, int> count) => string.Join(", ", prunings.Select(count));

        void Line(string name, Func<Pruning, double> accuracy) => Console.WriteLine(
            $"  {name,-58}{Estimate.Of([.. prunings.Select(accuracy)]),16}{Estimate.Of([.. prunings.Select(p => p.Whole - accuracy(p))]),18}");
    }

    public static void Speeds(IReadOnlyList<double> rowsPerSecond) => Console.WriteLine(FormattableString.Invariant(
        $"\nRows a second through the stage: {rowsPerSecond[0]:N0} whole, {rowsPerSecond[1]:N0} silenced, {rowsPerSecond[2]:N0} pruned ({rowsPerSecond[2] / rowsPerSecond[0]:0.00} times)."));
}
