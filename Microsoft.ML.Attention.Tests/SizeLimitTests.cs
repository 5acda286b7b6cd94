using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Sizes that no array holds are refused by the names that the user knows, before anything is made.</summary>
[TestClass]
public sealed class SizeLimitTests
{
    readonly MLContext _ml = new(seed: 1);

    sealed class Row
    {
        public float[] A { get; set; } = [1, 2];

        [VectorType(4096, 12)]
        public float[] Fixed { get; set; } = [];

        [KeyType(1 << 26), VectorType(3)]
        public uint[] Hash26 { get; set; } = [1, 2, 3];

        [KeyType(1UL << 31), VectorType(3)]
        public uint[] Hash31 { get; set; } = [1, 2, 3];

        [KeyType(uint.MaxValue), VectorType(3)]
        public uint[] Any { get; set; } = [1, 2, 3];
    }

    static MultiHeadAttentionOptions Options(string column) => new()
    {
        OutputColumnName = "Out",
        InputColumnNames = [column],
        NumberOfHeads = 1,
        Training = new() { Objective = TrainingObjective.None },
    };

    [TestMethod]
    public void Row_OfSoManyTokensThatItsWeightsExceedAnArray_IsNamedWithTheColumn()
    {
        const int Tokens = 50_000;
        var view = _ml.Data.LoadFromEnumerable([new Row(), new Row { A = new float[Tokens] }]);
        using var stage = _ml.Transforms.MultiHeadAttention(
            Options("A") with { EmbeddingDimension = 1, AttentionWeightsColumnName = "Weights" }).Fit(view);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => stage.Transform(view).GetColumn<float[]>("Weights").Count());

        Assert.AreEqual("Row 1: column 'Weights' has 2500000000 numbers for its 50000 query and 50000 key tokens, more than the "
            + "2130706431 of a row.", error.Message);
    }

    [TestMethod]
    public void Row_WhoseBiasForEveryHeadExceedsAnArray_IsNamedWithTheColumn()
    {
        const int Tokens = 60_000;
        var row = new { A = new float[Tokens * 2], Bias = new float[4] };
        var view = _ml.Data.LoadFromEnumerable([row]);
        using var stage = _ml.Transforms.MultiHeadAttention(Options("A") with { EmbeddingDimension = 2, AttentionBiasColumnName = "Bias" })
            .Fit(view);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => stage.Transform(view).GetColumn<float[]>("Out").Count());

        Assert.AreEqual("Row 0: column 'Bias' has 4 values; needed are 3600000000, for 60000 query and 60000 key tokens, or 3600000000, "
            + "for each of 1 heads.", error.Message);
    }

    [TestMethod]
    public void Column_WhoseWeightsExceedAVector_IsNamedInTheSchema()
    {
        var view = _ml.Data.LoadFromEnumerable(Array.Empty<Row>());
        using var stage = _ml.Transforms.MultiHeadAttention(Options("Fixed") with
        {
            NumberOfHeads = 12,
            NumberOfLayers = 12,
            Block = AttentionBlock.Residual,
            AttentionWeightsColumnName = "Weights",
            AttentionWeightsLayers = AttentionWeightsLayers.All,
        }).Fit(view);

        Assert.AreEqual(
            "Column 'Weights' would be [12, 12, 4096, 4096] in every row, 2415919104 numbers: more than the 2130706431 of a row.",
            Assert.ThrowsExactly<ArgumentException>(() => stage.GetOutputSchema(view.Schema)).Message);
    }

    [TestMethod]
    [DataRow("Hash26", "Column 'Hash26' is Vector<Key<UInt32, 0-67108863>, 3>: a table of 67108864 token ids by 64 has more numbers than "
        + "the 2147483591 of an array. "
        + "Map or hash to fewer keys (Hash's numberOfBits), or set a smaller ModelDimension.")]
    [DataRow("Hash31", "Column 'Hash31' is Vector<Key<UInt32, 0-2147483647>, 3>: a table of 2147483648 token ids by 1 has more numbers "
        + "than the 2147483591 of an array. "
        + "Map or hash to fewer keys (Hash's numberOfBits), or set a smaller ModelDimension.")]
    [DataRow("Any",
        "Column 'Any' is Vector<Key<UInt32, 0-4294967294>, 3>, which does not say how many token ids there are: map it with MapValueToKey.")]
    public void Column_OfMoreIdsThanATableHolds_IsNamed(string column, string expected) =>
        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Transforms.MultiHeadAttention(Options(column) with { ModelDimension = 64 })
                .Fit(_ml.Data.LoadFromEnumerable([new Row()]))).Message);
}
