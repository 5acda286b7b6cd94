using Examples;
using Microsoft.ML.Attention;

namespace OptionSearch;

/// <summary>Runs searches and prints what they found; each trial on the error stream, as it ends.</summary>
static class Report
{
    /// <summary>Small widths, which are enough for it and quick. Nothing in it is about the order of sounds: positions and pooling are
    /// searched for as by default.</summary>
    public static AttentionSearchOptions SmallSearch { get; } = new()
    {
        Space = new()
        {
            NumberOfHeads = [2, 4],
            ModelDimension = [16, 32],
            NumberOfLayers = [1, 2]
        }
    };

    public static TrainingOptions SmallTraining { get; } = new() { NumberOfEpochs = 30 };

    /// <summary>The planted task: test accuracy of the options that the search is given, of options that are known to solve it,
    /// and of those that are found.</summary>
    public static int Planted(int[] seeds)
    {
        Console.WriteLine($"Who spoke first? {"given",14}{"known",10}{"found",10}   best trial, scored by cross-validation");
        foreach (var seed in seeds)
        {
            var task = new SpeakerTask(WhoSpokeFirst.Make(seed), seed, SmallTraining with { Seed = seed });
            var result = task.Search(SmallSearch with { Progress = new Lines() });
            using var best = result.BestTransformer;
            Console.WriteLine(FormattableString.Invariant(
                $"seed {seed}{task.Accuracy(task.Given),25:0.000}{task.Accuracy(task.Known),10:0.000}{task.Accuracy(best),10:0.000}   {result.Best}"));
        }
        return 0;
    }

    /// <summary>A search on recordings that were read; the test recordings are used once, when it is over.</summary>
    public static int Read(Recordings recordings)
    {
        Console.WriteLine($"{recordings.Name}: {recordings.Speakers} speakers; a search on {recordings.Train.Count} utterances, then one "
            + $"test on {recordings.Test.Count}.");
        var task = new SpeakerTask(recordings, seed: 1, new());
        var result = task.Search(new() { Space = new() { ModelDimension = [32, 64] }, Progress = new Lines() });
        using var best = result.BestTransformer;
        foreach (var trial in result.Trials.Take(3))
            Console.WriteLine($"  {trial}");
        Console.WriteLine(FormattableString.Invariant($"Test accuracy of the first: {task.Accuracy(best):0.000}"));
        return 0;
    }

    sealed class Lines : IProgress<AttentionTrial>
    {
        public void Report(AttentionTrial trial) =>
            Console.Error.WriteLine(FormattableString.Invariant($"{trial} ({trial.Seconds:0.0} s)"));
    }
}
