using EmbeddingColumns;
using Examples;
using IssueTriage;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using SeriesContest;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>
/// The trainer beside the stage and SDCA after it, on the made-up data of every example whose rows have a label: both with the example's
/// options, learning from the same rows and asked about the same others, once for each seed.
/// </summary>
static class TrainerContest
{
    const string Label = "Label", Frames = nameof(Utterance.Frames), Features = "Features";
    const int LabelledEach = 3, LinesToLearnFrom = 800;

    static readonly int[] Seeds = [1, 2, 3, 4, 5];

    /// <param name="part">Of the names of the data that are tried; empty for all.</param>
    public static int Run(string part)
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine($"Medians of {Seeds.Length} seeds{"",-24}{"the trainer",16}{"stage, SDCA",16}   seed by seed");
        var issues = MadeUpIssues.Make(seed: 1);
        var noisy = FewLabels.NoisyVoices.Make(seed: 1);
        (string Name, Func<string, bool> Holds)[] all =
        [
            ("issues, IssueTriage", name => Line(name, issues.Test.Count,
                seed => Score.Timed(() => Triage(seed).Trainer(issues.Train, issues.Test, keptOut: 0)),
                seed => Score.Timed(() => Triage(seed).Stage(issues.Train, issues.Test)))),
            ("voices, SpeakerRecognition", name => Series(name, SpokenVowels.Make(seed: 1, withVoices: true),
                Encoder(64, PositionalEncoding.None))),
            ("noisy voices, FewLabels", name => Series(name, noisy, Encoder(64, PositionalEncoding.Sinusoidal))),
            ("3 of each labelled, FewLabels", name => Series(name, noisy,
                Encoder(64, PositionalEncoding.Sinusoidal) with { Training = new() { Dropout = 0.3 } },
                seed => FewLabels.Lot.ForTest(noisy, LabelledEach, seed).Labelled)),
            ("who spoke first, OptionSearch", name => Series(name, OptionSearch.WhoSpokeFirst.Make(seed: 1),
                Encoder(32, PositionalEncoding.Sinusoidal) with { Training = new() { NumberOfEpochs = 30, LearningRate = 0.005 } })),
            ("misbooked lines, EmbeddingColumns", name => Ledger(name, nameof(LedgerLine.Misbooked))),
            ("lines paid late, EmbeddingColumns", name => Ledger(name, nameof(LedgerLine.PaidLate))),
            .. MadeUpSets.All.Select(set => ($"{set.Name}, SeriesContest", (Func<string, bool>)(name => Series(name,
                new(set.Name, set.Channels, set.Train, set.Test), MultiHeadAttentionOptions.ForSeries())))),
        ];
        bool[] hold = [.. all.Where(line => line.Name.Contains(part)).Select(line => line.Holds(line.Name))];
        Console.WriteLine($"At least as accurate in less time: {hold.Count(holds => holds)} of {hold.Length}.");
        return hold.All(holds => holds) ? 0 : 1;

        Triage Triage(int seed) => new(issues.Areas, issues.Attention, seed, _ => new Progress<TrainingProgress>());
    }

    static bool Line(string name, int rows, Func<int, Score> trainer, Func<int, Score> stage)
    {
        var (ours, theirs) = (new List<Score>(), new List<Score>());
        foreach (var seed in Seeds)     // one after the other: what slows the machine for a while slows both
        {
            ours.Add(trainer(seed));
            theirs.Add(stage(seed));
        }
        var (one, other, paired) = (Score.Median(ours), Score.Median(theirs), SeedBySeed.Of(ours, theirs));
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-42}{one.Right,6} of {rows,-4}{one.Accuracy,6:0.000}{other.Right,10}{other.Accuracy,6:0.000}   {paired}"));
        return paired.IsAtLeastAsAccurateInLessTime;
    }

    /// <param name="name">Of the data, and of the example.</param>
    /// <param name="data">To learn from and to be asked about.</param>
    /// <param name="options">How attention reads the frames.</param>
    /// <param name="learnFrom">What of the data is learned from with a seed. Default: all that is not for the test.</param>
    static bool Series(string name, Recordings data, MultiHeadAttentionOptions options,
        Func<int, IReadOnlyList<Utterance>>? learnFrom = null)
    {
        return Line(name, data.Test.Count,
            seed => Learn(seed, ml => ml.MulticlassClassification.Trainers.MultiHeadAttention(Seeded(seed) with { OutputColumnName = "" })),
            seed => Learn(seed, ml => ml.Transforms.MultiHeadAttention(Seeded(seed)).AppendCacheCheckpoint(ml)
                .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                    new SdcaMaximumEntropyMulticlassTrainer.Options { FeatureColumnName = Features, NumberOfThreads = 1 }))));

        MultiHeadAttentionOptions Seeded(int seed) => options with
        {
            OutputColumnName = Features,
            InputColumnNames = [Frames],
            LabelColumnName = Label,
            EmbeddingDimension = data.Channels,
            Training = options.Training with { Seed = seed },
        };

        Score Learn(int seed, Func<MLContext, IEstimator<ITransformer>> recognizer) => Score.Timed(() =>
        {
            var ml = new MLContext(seed);
            using var model = ml.Transforms.Conversion.MapValueToKey(Label, nameof(Utterance.Speaker)).Append(recognizer(ml))
                .Fit(ml.Data.LoadFromEnumerable(learnFrom?.Invoke(seed) ?? data.Train));
            return Predictions.Judge(model.Transform(ml.Data.LoadFromEnumerable(data.Test)), Label);
        });
    }

    static bool Ledger(string name, string label)
    {
        var ledger = MadeUpLedger.Make(lines: LinesToLearnFrom + 400, seed: 1);
        using var words = new WordVectorFile(ledger.Words);
        LedgerLine[] learnFrom = [.. ledger.Lines.Take(LinesToLearnFrom)], asked = [.. ledger.Lines.Skip(LinesToLearnFrom)];
        return Line(name, asked.Length,
            seed => Learn(seed, (ml, options) =>
                ml.BinaryClassification.Trainers.MultiHeadAttention(options with { OutputColumnName = "" })),
            seed => Learn(seed, (ml, options) => ml.Transforms.MultiHeadAttention(options).AppendCacheCheckpoint(ml)
                .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
                {
                    LabelColumnName = label,
                    FeatureColumnName = options.OutputColumnName,
                    NumberOfThreads = 1,
                }))));

        Score Learn(int seed, Func<MLContext, MultiHeadAttentionOptions, IEstimator<ITransformer>> trainer) => Score.Timed(() =>
        {
            var ml = new MLContext(seed);
            var answers = new Answers(label, words.Path, seed);
            using var model = answers.Embed().Append(trainer(ml, answers.Attention)).Fit(ml.Data.LoadFromEnumerable(learnFrom));
            var predictions = model.Transform(ml.Data.LoadFromEnumerable(asked));
            return [.. predictions.GetColumn<bool>("PredictedLabel")
                .Zip(predictions.GetColumn<float>("Probability"), predictions.GetColumn<bool>(label))
                .Select(row => new Judged(row.First == row.Third, row.First ? row.Second : 1 - row.Second))];
        });
    }

    static MultiHeadAttentionOptions Encoder(int width, PositionalEncoding positions) => new()
    {
        NumberOfHeads = 4,
        ModelDimension = width,
        Block = AttentionBlock.Encoder,
        Pooling = AttentionPooling.Mean,
        PositionalEncoding = positions,
    };
}
