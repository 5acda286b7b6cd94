using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Rows that count differently: 0 is absence, 2 is twice.</summary>
[TestClass]
public sealed class ExampleWeightTests
{
    const string Weight = nameof(Row.Weight);

    // Two numbers a token: of other sizes in the rows that are left out, so that their mean would move.
    static readonly MultiHeadAttentionOptions Options = new()
    {
        InputColumnNames = ["A"],
        LabelColumnName = "Label",
        ScoreColumnName = "Score",
        EmbeddingDimension = 2,
        NumberOfHeads = 1,
        Block = AttentionBlock.Residual,
        Pooling = AttentionPooling.Mean,
        Training = new() { NumberOfEpochs = 6, MinimumSteps = 0, BatchSize = 64, Dropout = 0, Seed = 1 },
    };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Row_OfWeight0_IsAsGoodAsAbsent(bool reconstructs)
    {
        var rows = Rows(24);
        var (some, all) = (rows.Where((_, n) => n % 3 > 0),
            rows.Select((row, n) => row with { Weight = n % 3 > 0 ? 1 : 0, A = n % 3 > 0 ? row.A : [.. row.A.Select(a => 50 * a)] }));

        AreNear(Fit(some, null, reconstructs), Fit(all, Weight, reconstructs), exactly: !reconstructs);
    }

    [TestMethod]
    public void Row_OfWeight2_IsAsGoodAsTwo()
    {
        var rows = Rows(16);

        AreNear(Fit(rows.SelectMany((row, n) => Enumerable.Repeat(row, n % 2 + 1)), null),
            Fit(rows.Select((row, n) => row with { Weight = n % 2 + 1 }), Weight), exactly: false);
    }

    [TestMethod]
    public void Rows_AllOfOneWeight_CountAsWithoutOne() =>
        AreNear(Fit(Rows(16), null), Fit(Rows(16).Select(row => row with { Weight = 0.25f }), Weight), exactly: false);

    [TestMethod]
    public void Weight_BelowZero_NamesTheRowAndTheColumn()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            Fit(Rows(6).Select((row, n) => row with { Weight = n == 4 ? -1 : 1 }), Weight));

        Assert.AreEqual("Row 4: weight column 'Weight' has -1; a weight is at least 0.", error.Message);
    }

    [TestMethod]
    public void Weight_ThatIsNoNumber_LeavesItsRowOutAndIsCounted()
    {
        using var model = Model(Rows(12)
            .Select((row, n) => row with { Weight = n switch { 3 => float.NaN, 7 => float.PositiveInfinity, _ => 1 } }), Weight);

        Assert.AreEqual((2, 10), (model.Training!.RowsSkipped, model.Training.RowsUsed));
    }

    [TestMethod]
    public void Weights_ThatAreAll0_AreAnError()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Rows(5).Select(row => row with { Weight = 0 }), Weight));

        Assert.AreEqual("There is nothing to learn from: weight column 'Weight' has 0 in all 5 rows.", error.Message);
    }

    static IEnumerable<string> Labels => TrainerTask.All.Select(task => task.Label);

    [TestMethod, DynamicData(nameof(Labels))]
    public void Row_OfWeight0_IsAsGoodAsAbsentToEachTrainer(string label)
    {
        var rows = TaskRow.Rows(24);

        AreNear(Fit(label, rows.Where((_, n) => n % 3 > 0), null),
            Fit(label, rows.Select((row, n) => n % 3 > 0 ? row : Absent(row)), Weight), exactly: true);

        static TaskRow Absent(TaskRow row) => row with { Weight = 0, Tokens = [.. row.Tokens.Select(x => 50 * x)], Number = 99 };
    }

    [TestMethod, DynamicData(nameof(Labels))]
    public void Row_OfWeight2_IsAsGoodAsTwoToEachTrainer(string label)
    {
        var rows = TaskRow.Rows(24);

        AreNear(Fit(label, rows.SelectMany((row, n) => Enumerable.Repeat(row, n % 3 + 1)), null),
            Fit(label, rows.Select((row, n) => row with { Weight = n % 3 + 1 }), Weight), exactly: false);
    }

    /// <summary>
    /// Of rows that are kept out too: two halves of the rows that are alike in their labels, the other one of weight 0, have their own
    /// losses; and where one of them counts twice, both have the mean of these in which it counts twice.
    /// </summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void ValidationLoss_OfWeightedRows_IsTheirWeightedMean(string label)
    {
        var (first, second, both) = (Validated(1, 0), Validated(0, 1), Validated(2, 1));

        Assert.IsTrue(first.RowsValidated > 3 && second.RowsValidated > 3);
        Assert.AreEqual(first.RowsValidated + second.RowsValidated, both.RowsValidated);
        var weights = 2 * first.RowsValidated + second.RowsValidated;
        var expected = (2 * first.RowsValidated * first.ValidationLosses[0] + second.RowsValidated * second.ValidationLosses[0]) / weights;
        Assert.AreEqual(expected, both.ValidationLosses[0], 2e-6);
        Assert.AreNotEqual(first.ValidationLosses[0], second.ValidationLosses[0], 1e-4);

        TrainingReport Validated(float weightOfFirst, float weightOfSecond)
        {
            var task = TrainerTask.Of(label);
            var options = task.Brief with { ExampleWeightColumnName = Weight, StandardizeInputs = false };
            var training = options.Training with { ValidationFraction = 0.4, LearningRate = 1e-12, BatchSize = 4 };
            var still = options with { Training = training };
            var rows = TaskRow.Rows(40).Select((row, n) => row with { Weight = n < 20 ? weightOfFirst : weightOfSecond });
            using var model = task.Trainer(_ml, still).Fit(TaskRow.View(_ml, rows));
            return model.Training!;
        }
    }

    [TestMethod]
    public void Bins_OfWeightedRows_AreThoseOfRowsThatComeSoOften()
    {
        var rows = Rows(16);

        CollectionAssert.AreEqual(Bins(rows.SelectMany((row, n) => Enumerable.Repeat(row, n % 3)), null),
            Bins(rows.Select((row, n) => row with { Weight = n % 3 }), Weight));

        float[] Bins(IEnumerable<Row> some, string? weight)
        {
            var training = Options.Training with { NumberOfEpochs = 1 };
            using var model = _ml.Transforms.MultiHeadAttention(Options with
            {
                ExampleWeightColumnName = weight,
                TokenPerElement = true,
                ElementBins = 4,
                EmbeddingDimension = null,
                ModelDimension = 4,
                Training = training,
            }).Fit(_ml.Data.LoadFromEnumerable(some.ToArray()));
            return model.Parameters["element.bins"].Values.ToArray();
        }
    }

    AttentionParameters Fit(string label, IEnumerable<TaskRow> rows, string? weight)
    {
        var task = TrainerTask.Of(label);
        using var model = task.Trainer(_ml, task.Options with { ExampleWeightColumnName = weight }).Fit(TaskRow.View(_ml, rows));
        return model.Parameters;
    }

    static void AreNear(AttentionParameters expected, AttentionParameters actual, bool exactly)
    {
        CollectionAssert.AreEqual(expected.Names.ToArray(), actual.Names.ToArray());
        // keys' biases have no gradient but rounding
        foreach (var name in expected.Names.Where(name => !name.EndsWith("in_proj_bias", StringComparison.Ordinal)))
            new Tolerance(exactly ? 2e-6 : 2e-3, exactly ? 2e-6 : 2e-3).Check(name, expected[name].Values.ToArray().Select(v => (double)v),
                actual[name].Values.ToArray());
    }

    AttentionParameters Fit(IEnumerable<Row> rows, string? weight, bool reconstructs = false)
    {
        using var model = Model(rows, weight, reconstructs);
        return model.Parameters;
    }

    MultiHeadAttentionTransformer Model(IEnumerable<Row> rows, string? weight, bool reconstructs = false)
    {
        var options = Options with { ExampleWeightColumnName = weight };
        if (reconstructs)
            options = options with
            {
                LabelColumnName = null,
                ScoreColumnName = null,
                OutputColumnName = "Out",
                Training = options.Training with { NumberOfEpochs = 1, LearningRate = 1e-9 }
            };
        return _ml.Transforms.MultiHeadAttention(options).Fit(_ml.Data.LoadFromEnumerable(rows.ToArray()));
    }

    static Row[] Rows(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count)
            .Select(_ => new Row { A = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle())], Label = 3 + random.NextSingle() })];
    }

    sealed record Row
    {
        [VectorType(6)]
        public float[] A { get; set; } = [];

        public float Label { get; set; }

        public float Weight { get; set; } = 1;
    }
}
