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
