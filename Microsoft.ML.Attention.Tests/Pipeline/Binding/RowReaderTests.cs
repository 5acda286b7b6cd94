using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Binding;

/// <summary>Every row's lengths are checked, and an error names the row, the column, what was found and what was needed.</summary>
/// <remarks>What is read of rows that fit is checked against the oracle, for every type of input, in TransformerTests.</remarks>
[TestClass]
public sealed class RowReaderTests
{
    readonly MLContext _ml = new(seed: 1);

    static readonly MultiHeadAttentionOptions Self = new()
    {
        OutputColumnName = "Out",
        InputColumnNames = ["A"],
        EmbeddingDimension = 2,
        NumberOfHeads = 2,
        Training = new() { Objective = TrainingObjective.None },
    };

    static IEnumerable<(MultiHeadAttentionOptions, Row, string)> Misfits =>
    [
        (Self, new() { A = new float[5] }, "Row 1: column 'A' has 5 values, not a multiple of EmbeddingDimension 2."),
        (Self with { InputColumnNames = ["Fixed"] }, new() { Fixed = new float[4] },
            "Row 1: column 'Fixed' has 4 values, but the column is Vector<Single, 3, 2>: 3 tokens of 2."),
        (Self with { MaskColumnName = "Mask" }, new() { A = new float[4], Mask = new bool[3] },
            "Row 1: column 'Mask' has 3 values, but there are 2 key tokens: the mask needs one value for each."),
        (Self with { AttentionBiasColumnName = "Bias" }, new() { A = new float[4], Bias = new float[7] },
            "Row 1: column 'Bias' has 7 values; needed are 4, for 2 query and 2 key tokens, or 8, for each of 2 heads."),
        (Self with { KeyColumnName = "B", KeyDimension = 3 }, new() { B = new float[4] },
            "Row 1: column 'B' has 4 values, not a multiple of KeyDimension 3."),
        (Self with { KeyColumnName = "B", ValueColumnName = "C" }, new() { B = new float[4], C = new float[2] },
            "Row 1: column 'C' has 1 tokens, but column 'B' has 2: each key needs a value."),
        (Self with { KeyColumnName = "B", MaskColumnName = "Mask" }, new() { A = new float[2], B = new float[4], Mask = [true] },
            "Row 1: column 'Mask' has 1 values, but there are 2 key tokens: the mask needs one value for each."),
        (Self with { PositionalEncoding = PositionalEncoding.Learned, MaximumLength = 2, LongerRows = LongerRows.Refuse },
            new() { A = new float[6] },
            "Row 1: column 'A' has 3 tokens, more than the 2 that the stage takes; raise MaximumLength before fitting, or set LongerRows "
                + "to cut such rows."),
        (Self with { InputColumnNames = ["A", "C"] }, new() { A = new float[2], C = new float[3] },
            "Row 1: column 'C' has 3 values, not a multiple of EmbeddingDimension 2."),
    ];

    [TestMethod, DynamicData(nameof(Misfits))]
    public void Row_WhoseLengthsDoNotFit_IsNamedInViewsAndPredictions(MultiHeadAttentionOptions options, Row misfit, string expected)
    {
        // A first row that fits: the fixed column's type promises 3 tokens, which nobody upstream checks.
        Row[] rows = [new() { Fixed = new float[6] }, misfit];
        var view = _ml.Data.LoadFromEnumerable(rows);
        using var transformer = _ml.Transforms.MultiHeadAttention(options).Fit(view);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => transformer.Transform(view).GetColumn<float[]>("Out").ToArray());

        Assert.AreEqual(expected, error.Message);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Scored>(transformer,
            new PredictionEngineOptions { OwnsTransformer = false });
        var predicted = Assert.ThrowsExactly<InvalidDataException>(() => engine.Predict(misfit));
        Assert.AreEqual(expected[expected.IndexOf(':')..], predicted.Message[predicted.Message.IndexOf(':')..]);
    }

    [TestMethod]
    public void Key_BeyondTheTable_IsNamedCountedFrom1()
    {
        var inputs = InputCase.Of("uint ids");
        using var transformer = inputs.Fit(_ml);
        var schema = SchemaDefinition.Create(typeof(Ids));
        schema[nameof(Ids.UInts)].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), 20));
        var view = _ml.Data.LoadFromEnumerable([new Ids { UInts = [9, 0, 10] }], schema);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => transformer.Transform(view).GetColumn<float[]>("Out").ToArray());

        Assert.AreEqual("Row 0: column 'UInts' has key 10, beyond the 9 rows of the token table; fit the key mapping and this stage on "
            + "the same data.", error.Message);
    }

    public sealed class Row
    {
        public float[] A { get; set; } = [];

        public float[] B { get; set; } = [];

        public float[] C { get; set; } = [];

        [VectorType(3, 2)]
        public float[] Fixed { get; set; } = new float[6];

        public bool[] Mask { get; set; } = [];

        public float[] Bias { get; set; } = [];
    }

    sealed class Scored
    {
        public float[] Out { get; set; } = [];
    }

    sealed class Ids
    {
        public uint[] UInts { get; set; } = [];
    }
}
