using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Analysis;

/// <summary>Metrics of tokens, on predictions that can be counted by hand.</summary>
[TestClass]
public sealed class AttentionTokenMetricsTests
{
    readonly MLContext _ml = new(seed: 1);

    // The example of seqeval's readme, which gives F1 0.50 and accuracy 0.80 for it.
    [TestMethod]
    public void Entities_OfSeqevalsExample_AreCountedAsSeqevalDoes()
    {
        var metrics = Tags(("O O O B-MISC I-MISC I-MISC O", "O O B-MISC I-MISC I-MISC I-MISC O"), ("B-PER I-PER O", "B-PER I-PER O"));

        Assert.AreEqual(0.5, metrics.EntityF1, 1e-9);
        Assert.AreEqual(0.8, metrics.Accuracy, 1e-9);
        Assert.AreEqual(10, metrics.NumberOfTokens);
    }

    // Each by the rules of CoNLL's script, on which seqeval's are modelled.
    [TestMethod]
    [DataRow("B-A I-A", "I-A I-A", 1, DisplayName = "a span may begin inside")]
    [DataRow("B-A I-A", "B-A I-B", 0, DisplayName = "a change of type ends it")]
    [DataRow("B-A B-A", "B-A I-A", 0, DisplayName = "a second beginning ends the first")]
    [DataRow("B-A E-A S-A", "B-A E-A S-A", 1, DisplayName = "BIOES")]
    [DataRow("B-A E-A O", "B-A I-A O", 1, DisplayName = "an end that is not marked")]
    [DataRow("O B-A O", "O O O", 0, DisplayName = "nothing found")]
    public void Entities_OfTags_AreSpans(string labels, string predicted, double f1) =>
        Assert.AreEqual(f1, Tags((labels, predicted)).EntityF1, 1e-9);

    [TestMethod]
    public void Classes_AreCountedByHand()
    {
        // class 1: right 2 of 3, and predicted 2 times; class 2: right 1 of 1, predicted 2 times; class 3 never occurs;
        // one token has no label, one is hidden
        var view = Keys(["a", "b", "c"], ([1, 1, 1, 2, 0, 1], [1, 1, 2, 2, 2, 3], [true, true, true, true, true, false]));

        var metrics = AttentionTokenMetrics.Evaluate(view, maskColumnName: "Mask");

        Assert.AreEqual((4L, 0.75, 0.75), (metrics.NumberOfTokens, metrics.Accuracy, metrics.MicroF1));
        Assert.AreEqual((2 * 2.0 / (3 + 2) + 2 * 1.0 / (1 + 2)) / 2, metrics.MacroF1, 1e-9);
        Assert.IsTrue(double.IsNaN(metrics.EntityF1));
    }

    [TestMethod]
    public void Numbers_AreMeasuredByHand()
    {
        // errors of 1, -1, 2 and 0 about labels of variance 5, and one that has no label
        var view = _ml.Data.LoadFromEnumerable([new { Label = new[] { 1f, 3, float.NaN }, Score = new[] { 2f, 2, 9 } },
            new { Label = new[] { 5f, 7 }, Score = new[] { 7f, 7 } }]);

        var metrics = AttentionTokenRegressionMetrics.Evaluate(view);

        Assert.AreEqual((4L, 1.0, 1 - 6.0 / 20), (metrics.NumberOfLabels, metrics.MeanAbsoluteError, metrics.RSquared));
        Assert.AreEqual(Math.Sqrt(6.0 / 4), metrics.RootMeanSquaredError, 1e-9);
    }

    [TestMethod]
    public void Predictions_OfAnotherLength_NameTheRow()
    {
        var view = Keys(["a", "b"], ([1], [1], [true]), ([1, 2], [1], [true, true]));

        Assert.AreEqual("Row 1: column 'PredictedLabel' has 1 values, but label column 'Label' has 2.",
            Assert.ThrowsExactly<InvalidDataException>(() => AttentionTokenMetrics.Evaluate(view)).Message);
    }

    [TestMethod]
    public void Labels_OfRows_AreRefused() =>
        Assert.AreEqual("Column 'Label' is Single, but must be a vector, one for each token.",
            Assert.ThrowsExactly<ArgumentException>(() =>
                AttentionTokenRegressionMetrics.Evaluate(_ml.Data.LoadFromEnumerable([new { Label = 1f, Score = 1f }]))).Message);

    AttentionTokenMetrics Tags(params (string Labels, string Predicted)[] rows)
    {
        string[] names = [.. rows.SelectMany(row => $"{row.Labels} {row.Predicted}".Split(' ')).Distinct()];
        return AttentionTokenMetrics.Evaluate(
            Keys(names, [.. rows.Select(row => (Indices(row.Labels), Indices(row.Predicted), Array.Empty<bool>()))]));

        uint[] Indices(string tags) => [.. tags.Split(' ').Select(tag => (uint)Array.IndexOf(names, tag) + 1)];
    }

    IDataView Keys(string[] names, params (uint[] Labels, uint[] Predicted, bool[] Mask)[] rows)
    {
        var type = new VectorDataViewType(new KeyDataViewType(typeof(uint), names.Length), 0);
        var schema = SchemaDefinition.Create(typeof(Row));
        foreach (var column in new[] { "Label", "PredictedLabel" })
        {
            schema[column].ColumnType = type;
            schema[column]
                .AddAnnotation("KeyValues", new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())]),
                    new VectorDataViewType(TextDataViewType.Instance, names.Length));
        }
        return _ml.Data.LoadFromEnumerable(rows.Select(row =>
            new Row { Label = row.Labels, PredictedLabel = row.Predicted, Mask = row.Mask }).ToArray(), schema);
    }

    sealed class Row
    {
        public uint[] Label { get; set; } = [];

        public uint[] PredictedLabel { get; set; } = [];

        public bool[] Mask { get; set; } = [];
    }
}
