using Examples;

namespace Robustness;

/// <summary>What a recognizer loses when something happens to it that it did not learn with.</summary>
/// <param name="recognizer">Learned; it stays as it is.</param>
/// <param name="recordings">What it learned from and is tested on.</param>
/// <param name="seed">Of what is drawn.</param>
sealed class Experiment(Recognizer recognizer, Recordings recordings, int seed)
{
    /// <summary>Random draws whose mean is taken.</summary>
    public const int Draws = 5;

    /// <summary>Accuracy with shares of the heads silenced, drawn at random. The stage is pruned instead,
    /// which gives the same and takes less time.</summary>
    public double[] WithoutHeads(IEnumerable<double> shares)
    {
        var random = new Random(seed);
        return [.. shares.Select(share => MeanOfDraws(() =>
        {
            using var stage = recognizer.Stage.Prune(Damage.SomeHeads(recognizer.Stage, share, random));
            return recognizer.Accuracy(stage);
        }))];
    }

    /// <summary>Accuracy with shares of the frames of each utterance dropped, drawn at random.</summary>
    public double[] WithoutFrames(IEnumerable<double> shares)
    {
        var random = new Random(seed);
        return [.. shares.Select(share =>
            MeanOfDraws(() => recognizer.Accuracy(Damage.WithoutFrames(recordings.Test, recordings.Channels, share, random))))];
    }

    /// <summary>Accuracy without half of the heads, chosen in several ways; where it takes data, by the utterances learned from.</summary>
    public Pruning Halve()
    {
        var (stage, random) = (recognizer.Stage, new Random(seed));
        using var least = stage.Prune(recognizer.Train, 0.5);
        using var atOnce = stage.Prune(stage.AnalyzeHeads(recognizer.Train), 0.5);
        using var weakest = stage.Prune(0.5);
        using var rest = stage.Prune(least.Heads.SelectMany((heads, layer) => heads.Select(head => (layer, head))));
        using var silenced = recognizer.With(Damage.Silence(stage, Damage.Lost(stage, least)));
        return new Pruning(
            Whole: recognizer.Accuracy(stage),
            LeastImportant: recognizer.Accuracy(least),
            Silenced: recognizer.Accuracy(silenced),
            RecognizesAsSilenced: recognizer.Recognized(least).SequenceEqual(recognizer.Recognized(silenced)),
            AtOnce: recognizer.Accuracy(atOnce),
            Weakest: recognizer.Accuracy(weakest),
            AtRandom: MeanOfDraws(() =>
            {
                using var some = stage.Prune(Damage.SomeHeads(stage, 0.5, random));
                return recognizer.Accuracy(some);
            }),
            Rest: recognizer.Accuracy(rest))
        {
            LeftOfFirstLayer = least.Heads[0].Count,
            LeftOfFirstLayerAtOnce = atOnce.Heads[0].Count,
        };
    }

    /// <summary>Rows a second through the stage: whole, with half of its heads silenced, and without them.
    /// The utterances to be tested on, many times over.</summary>
    public double[] RowsPerSecond()
    {
        const int Times = 20;
        using var pruned = recognizer.Stage.Prune(0.5);
        using var silenced = recognizer.With(Damage.Silence(recognizer.Stage, Damage.Lost(recognizer.Stage, pruned)));
        return Speed.RowsPerSecond(recognizer.View([.. Enumerable.Repeat(recordings.Test, Times).SelectMany(test => test)]),
            recognizer.Stage, silenced, pruned);
    }

    static double MeanOfDraws(Func<double> accuracy) => Enumerable.Range(0, Draws).Average(_ => accuracy());
}
