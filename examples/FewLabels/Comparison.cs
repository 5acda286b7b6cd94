using Examples;

namespace FewLabels;

/// <summary>Two ways to learn from few labels, with equal tuning: from the labelled utterances alone,
/// and from all utterances first.</summary>
sealed class Comparison(Recordings recordings, int labelledEach, int[] seeds)
{
    /// <summary>The settings that are best on what is kept of the training file, over all draws:
    /// for learning from the labelled alone, and for fine-tuning.</summary>
    public (Settings Alone, Settings FineTuned) Tune(Action<string> tell)
    {
        var accuracies = EachDraw(seed =>
        {
            var lot = Lot.ForTuning(recordings, labelledEach, seed);
            var learner = new Learner(recordings.Channels, seed);
            var pretrained = learner.Pretrain(lot.Unlabelled);
            var alone = Settings.Grid.Select(settings => learner.Accuracy(lot, settings, null)).ToArray();
            var fineTuned = Settings.Grid.Select(settings => learner.Accuracy(lot, settings, pretrained)).ToArray();
            tell($"Tuned on the draw of seed {seed}.");
            return (Alone: alone, FineTuned: fineTuned);
        });
        return (Best(a => a.Alone), Best(a => a.FineTuned));

        Settings Best(Func<(double[] Alone, double[] FineTuned), double[]> way) =>
            Settings.Grid.Index().MaxBy(s => accuracies.Sum(a => way(a)[s.Index])).Item;
    }

    /// <summary>What each way reaches on the test file, draw by draw.</summary>
    public Outcome[] Test((Settings Alone, Settings FineTuned) tuned, Action<string> tell) => EachDraw(seed =>
    {
        var lot = Lot.ForTest(recordings, labelledEach, seed);
        var learner = new Learner(recordings.Channels, seed);
        var pretrained = learner.Pretrain(lot.Unlabelled);
        var outcome = new Outcome(
            learner.AccuracyOfAverages(lot),
            learner.AccuracyWithoutFineTuning(lot, pretrained),
            learner.Accuracy(lot, tuned.Alone, null),
            learner.Accuracy(lot, tuned.FineTuned, pretrained));
        tell($"Tested on the draw of seed {seed}.");
        return outcome;
    });

    /// <summary>The draws know nothing of each other, and run side by side.</summary>
    T[] EachDraw<T>(Func<int, T> draw) => [.. seeds.AsParallel().AsOrdered().WithDegreeOfParallelism(seeds.Length).Select(draw)];
}
