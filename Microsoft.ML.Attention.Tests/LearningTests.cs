using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Fit learns what was planted: from every kind of label, and without one.</summary>
[TestClass]
public sealed class LearningTests
{
    const string A = nameof(A), B = nameof(B);

    static readonly Dictionary<string, Func<MLContext, int, IDataView>> Labels = new()
    {
        ["a key"] = Needle.Classes,
        ["a Boolean"] = Needle.Flags,
        ["a Single"] = Needle.Numbers,
    };

    static IEnumerable<string> LabelKinds => Labels.Keys;

    [TestMethod, DynamicData(nameof(LabelKinds))]
    public void Fit_FromALabel_FindsTheTokenThatTells(string kind)
    {
        var options = Needle.Options with { Training = Needle.Options.Training with { ValidationFraction = 0.25 } };

        var report = Fit(options, Labels[kind](new MLContext(1), 160));

        Assert.AreEqual(TrainingObjective.Supervised, report.Objective);
        // In the beginning nothing is known: about ln 3, ln 2 or 1. Rows that were never learned from say that the rule was found.
        Assert.IsInRange(0.4, 2, report.Losses[0]);
        Assert.IsLessThan(0.1, report.Losses[^1]);
        Assert.IsLessThan(0.2, report.ValidationLosses[report.BestEpoch - 1]);
    }

    [TestMethod]
    public void Fit_FromALabelWithoutPooling_LearnsWhatMeanPoolingDoes()
    {
        var context = new MLContext(1);
        var view = Needle.Flags(context, 40);
        var options = Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 3 } };

        using var pooled = context.Transforms.MultiHeadAttention(options).Fit(view);
        using var tokens = context.Transforms.MultiHeadAttention(options with { Pooling = AttentionPooling.None }).Fit(view);

        ParametersAssert.AreEqual(pooled.Parameters, tokens.Parameters);
        Assert.IsLessThan(tokens.Training!.Losses[0], tokens.Training.Losses[^1]);
    }

    [TestMethod]
    [DataRow("a Boolean", 2), DataRow("a key", 3)]
    public void Fit_WithSmoothedLabels_LearnsNoMoreThanTheyTell(string kind, int classes)
    {
        const double Smoothing = 0.3;
        var options = Needle.Options with { Training = Needle.Options.Training with { LabelSmoothing = Smoothing } };

        var report = Fit(options, Labels[kind](new MLContext(1), 80));

        // the cross-entropy of the smoothed targets with themselves
        var (named, other) = (1 - Smoothing + Smoothing / classes, Smoothing / classes);
        var least = -named * Math.Log(named) - (classes - 1) * other * Math.Log(other);
        Assert.IsInRange(least, least + 0.1, report.Losses[^1]);
    }

    [TestMethod] // each token is the row's own vector: what is hidden, any other tells
    public void Fit_EmbeddingsWithoutALabel_ReconstructsHiddenTokens()
    {
        var random = new Random(5);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 100)
            .Select(_ => (double[])[random.NextDouble() * 10, random.NextDouble() - 50, random.NextDouble()])
            .Select(token => new ReferenceRow { Tokens = [.. Enumerable.Repeat(token, random.Next(2, 6))] })];
        var options = Needle.Options with { LabelColumnName = null, Pooling = AttentionPooling.None };

        var report = Fit(options, rows.ToDataView(new MLContext(1), options, TokenShape.Ragged));

        Assert.AreEqual(TrainingObjective.MaskedReconstruction, report.Objective);
        Assert.IsInRange(0.5, 3, report.Losses[0]); // of standardized numbers
        Assert.IsLessThan(0.1, report.Losses[^1]);
    }

    [TestMethod] // each row repeats one of nine ids, some of them missing
    public void Fit_TokenIdsWithoutALabel_ReconstructsHiddenIds()
    {
        var random = new Random(5);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 100).Select(row =>
            new ReferenceRow { Ids = [row % 9, .. Enumerable.Range(0, random.Next(1, 6)).Select(i => i == 2 ? (int?)null : row % 9)] })];
        var options = Needle.Options with { LabelColumnName = null, EmbeddingDimension = null, ModelDimension = 16 };

        var report = Fit(options, rows.ToDataView(new MLContext(1), options, TokenShape.Ragged, numberOfIds: 9));

        Assert.IsInRange(1.5, 4, report.Losses[0]); // ln 9 = 2.2
        Assert.IsLessThan(0.2, report.Losses[^1]);
    }

    [TestMethod] // the label is whether id 4 is among the tokens
    public void Fit_TokenIdsFromALabel_LearnsTheirTable()
    {
        var random = new Random(5);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 120)
            .Select(_ => new ReferenceRow { Ids = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (int?)random.Next(9))] })];
        var options = Needle.Options with { EmbeddingDimension = null };
        bool[] labels = [.. rows.Select(row => row.Ids!.Contains(4))];

        var report = Fit(options, rows.ToDataView(new MLContext(1), options, TokenShape.Ragged, numberOfIds: 9, labels));

        Assert.IsLessThan(0.1, report.Losses[^1]);
    }

    [TestMethod]
    public void Fit_SeveralColumnsOfDifferentWidthsWithoutALabel_ReconstructsEach()
    {
        var context = new MLContext(1);
        var random = new Random(5);
        var view = context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(_ => random.NextSingle()).Select(z => new TwoColumns
        {
            A = [z, -z, 2 * z, 1 - z, z, z * 3],
            B = [1 - z, z, z, 4 * z, z, -z],
        }).ToArray());
        var options = Needle.Options with
        {
            InputColumnNames = [A, B],
            EmbeddingDimension = null,
            LabelColumnName = null,
            PositionalEncoding = PositionalEncoding.Learned
        };

        var report = Fit(options, view);

        Assert.IsInRange(0.5, 5, report.Losses[0]);
        Assert.IsLessThan(0.1, report.Losses[^1]);
    }

    [TestMethod] // the label is the number of the key token that bears the query's mark
    public void Fit_CrossAttentionFromALabel_LooksWhereTheQueryAsks()
    {
        var random = new Random(5);
        var (rows, labels) = (new ReferenceRow[160], new float[160]);
        for (var row = 0; row < rows.Length; row++)
        {
            double[][] keys = [.. Enumerable.Range(0, 3)
                .Select(mark => (double[])[mark == 0 ? 1 : 0, mark == 1 ? 1 : 0, mark == 2 ? 1 : 0, random.Next(2) * 2 - 1])];
            var asked = random.Next(3);
            random.Shuffle(keys);
            (rows[row], labels[row]) =
                (new() { Tokens = [keys.Single(key => key[asked] == 1)[..3]], Keys = keys }, (float)keys.Single(key => key[asked] == 1)[3]);
        }
        var options = Needle.Options with
        {
            KeyColumnName = RowColumns.Keys,
            KeyDimension = 4,
            Block = AttentionBlock.Attention,
            ModelDimension = null,
            HeadDimension = 4,
        };

        var report = Fit(options, rows.ToDataView(new MLContext(1), options, TokenShape.Ragged, labels: labels));

        Assert.IsLessThan(0.1, report.Losses[^1]);
    }

    [TestMethod]
    public void Fit_FromGivenParameters_StartsThere()
    {
        var context = new MLContext(1);
        var view = Needle.Flags(context, 40);
        using var pretrained = context.Transforms.MultiHeadAttention(
            Needle.Options with { LabelColumnName = null, Training = Needle.Options.Training with { NumberOfEpochs = 2 } }).Fit(view);
        var given = Needle.Options with { Parameters = pretrained.Parameters };

        using var still = context.Transforms.MultiHeadAttention(
            given with { Training = given.Training with { NumberOfEpochs = 1, LearningRate = 1e-30 } }).Fit(view);
        using var tuned = context.Transforms.MultiHeadAttention(given).Fit(view);

        ParametersAssert.AreEqual(pretrained.Parameters, still.Parameters);
        CollectionAssert.AreEqual(pretrained.Parameters.Names.ToArray(), tuned.Parameters.Names.ToArray());
        Assert.AreEqual(TrainingObjective.Supervised, tuned.Training!.Objective);
        Assert.IsLessThan(0.5 * tuned.Training.Losses[0], tuned.Training.Losses[^1]);
        Assert.IsFalse(ParametersAssert.Equal(pretrained.Parameters, tuned.Parameters));
    }

    [TestMethod]
    public void Fit_FromSomeOfTheParameters_DrawsTheRestAndNamesThem()
    {
        var context = new MLContext(1);
        var log = new FitLog(context);
        var view = Needle.Flags(context, 40);
        var training = Needle.Options.Training with { NumberOfEpochs = 1 };
        using var whole = context.Transforms.MultiHeadAttention(Needle.Options with { StandardizeInputs = false, Training = training })
            .Fit(view);
        var some = AttentionParameters.Create(whole.Parameters.Names.Where(name => !name.StartsWith("norm1", StringComparison.Ordinal))
            .Select(name => KeyValuePair.Create(name, whole.Parameters[name])));

        using var learned = context.Transforms.MultiHeadAttention(Needle.Options with { Parameters = some, Training = training }).Fit(view);

        CollectionAssert.Contains(log.Lines, "Drawn, because the parameters lack them: norm1.weight, norm1.bias.");
        CollectionAssert.AreEqual(whole.Parameters.Names.ToArray(), learned.Parameters.Names.ToArray());
    }

    [TestMethod] // a constant rate takes the same steps whether or not more epochs follow
    public void Fit_WithAValidationSplit_ReturnsTheBestEpochsParameters()
    {
        var context = new MLContext(1);
        var view = CoinFlips(context);
        var options = Needle.Options with
        {
            Training = Needle.Options.Training with
            {
                NumberOfEpochs = 12,
                Schedule = LearningRateSchedule.Constant,
                WarmupFraction = 0,
                ValidationFraction = 0.3
            },
        };

        using var all = context.Transforms.MultiHeadAttention(options).Fit(view);
        var best = all.Training!.BestEpoch;
        Assert.IsInRange(1, 11, best);
        Assert.AreEqual(all.Training.ValidationLosses.Min(), all.Training.ValidationLosses[best - 1]);
        using var stopped =
            context.Transforms.MultiHeadAttention(options with { Training = options.Training with { NumberOfEpochs = best } }).Fit(view);

        ParametersAssert.AreEqual(stopped.Parameters, all.Parameters);
    }

    [TestMethod]
    public void Fit_WithPatience_StopsThatManyEpochsAfterTheBest()
    {
        var options = Needle.Options with
        {
            Training = Needle.Options.Training with
            {
                NumberOfEpochs = 200,
                Schedule = LearningRateSchedule.Constant,
                ValidationFraction = 0.3,
                EarlyStoppingPatience = 2
            },
        };

        var report = Fit(options, CoinFlips(new MLContext(1)));

        Assert.IsLessThan(200, report.Losses.Count);
        Assert.HasCount(report.BestEpoch + 2, report.Losses);
        Assert.HasCount(report.BestEpoch + 2, report.ValidationLosses);
    }

    /// <summary>Rows whose labels are chance: the more is learned of them, the worse it fits others.</summary>
    static IDataView CoinFlips(MLContext context)
    {
        var random = new Random(5);
        return Needle.Rows(40).Rows.ToDataView(context, Needle.Options, TokenShape.Ragged,
            labels: Enumerable.Range(0, 40).Select(_ => random.Next(2) == 0).ToArray());
    }

    static TrainingReport Fit(MultiHeadAttentionOptions options, IDataView view)
    {
        using var transformer = new MLContext(1).Transforms.MultiHeadAttention(options).Fit(view);
        return transformer.Training!;
    }

    sealed class TwoColumns
    {
        [VectorType(3, 2)]
        public float[] A { get; set; } = [];

        [VectorType(2, 3)]
        public float[] B { get; set; } = [];
    }
}
