using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pipeline;

/// <summary>How far a cursor on the stage reads ahead.</summary>
[TestClass]
public sealed class AttentionWindowTests
{
    readonly MLContext _ml = new(seed: 1);

    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = "Out",
        InputColumnNames = ["A"],
        AttentionWeightsColumnName = "Weights",
        EmbeddingDimension = 1,
        HeadDimension = 1,
        NumberOfHeads = 4,
        Runtime = new() { BatchSize = 5 },
        Training = new() { Objective = TrainingObjective.None },
    };

    [TestMethod]
    public void Window_OfShortRows_IsABatch() => Assert.AreEqual(5, RowsRead(tokens: 3, "Out", "Weights"));

    [TestMethod]
    public void Window_OfRowsWithManyWeights_IsShorter_WhenTheWeightsAreRead()
    {
        const int tokens = 2050;    // 4 heads of 2050 x 2050 weights are more than 16 Mi numbers

        Assert.AreEqual(1, RowsRead(tokens, "Out", "Weights"));
        Assert.AreEqual(5, RowsRead(tokens, "Out"));
    }

    /// <summary>Rows of the source that it took to read the first.</summary>
    int RowsRead(int tokens, params string[] columns)
    {
        var probe = new ProbeView(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(_ => new Row { A = new float[tokens] })));
        using var transformer = _ml.Transforms.MultiHeadAttention(Options).Fit(probe);
        var view = transformer.Transform(probe);
        using var cursor = view.GetRowCursor(columns.Select(name => view.Schema[name]));
        Assert.IsTrue(cursor.MoveNext());
        return probe.Rows;
    }

    sealed class Row
    {
        public float[] A { get; set; } = [];
    }
}
