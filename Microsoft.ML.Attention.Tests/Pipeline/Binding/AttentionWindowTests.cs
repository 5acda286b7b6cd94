using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Binding;

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
        AttentionRolloutColumnName = "Rollout",
        Block = AttentionBlock.Residual,
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
        const int tokens = 520;     // 4 heads of 520 x 520 weights are more than 1 Mi numbers

        Assert.AreEqual(1, RowsRead(tokens, "Out", "Weights"));
        Assert.AreEqual(5, RowsRead(tokens, "Out"));
    }

    [TestMethod]
    public void Window_OfRowsWithALargeRollout_IsShorter_WhenItIsRead()
    {
        const int tokens = 1030;    // a map of 1030 x 1030 pairs is more than 1 Mi numbers

        Assert.AreEqual(1, RowsRead(tokens, "Out", "Rollout"));
        Assert.AreEqual(5, RowsRead(tokens, "Out"));
    }

    [TestMethod]
    public void Windows_OfRaggedRows_GrowToEightBatches_AndOfRowsOfOneLengthDoNot()
    {
        const int batch = 5;

        CollectionAssert.AreEqual(new[] { 1, 2, 4, 8, 8 }, BatchesRead(batch, row => 1 + row % 2).Take(5).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 1, 1 }, BatchesRead(batch, _ => 3).Take(4).ToArray());
    }

    static MultiHeadAttentionOptions Plain => Options with { AttentionWeightsColumnName = null, AttentionRolloutColumnName = null };

    /// <summary>Whose rows are read as they are, cut, transposed, with a mask, as ids.</summary>
    static IEnumerable<object[]> Stages =>
    [
        ["plain", Plain],
        ["cut", Plain with { PositionalEncoding = PositionalEncoding.Learned, MaximumLength = 2 }],
        ["transposed", Plain with { EmbeddingDimension = 2, ElementOrder = ElementOrder.ElementByElement }],
        ["masked", Plain with { MaskColumnName = "Mask" }],
        ["of ids", Plain with { InputColumnNames = ["Ids"], EmbeddingDimension = null, ModelDimension = 4 }],
    ];

    [TestMethod, DynamicData(nameof(Stages))] // a window of many rows allocates what a window of few does, once its buffers have grown
    public void Row_InAWindow_AllocatesNothing(string what, MultiHeadAttentionOptions options)
    {
        const int Few = 20, Many = 120, Windows = 2;

        Assert.IsLessThan(1, (BytesOf(Many) - BytesOf(Few)) / (double)(Windows * (Many - Few)), $"bytes a row that is {what}");

        long BytesOf(int rows)
        {
            var source = _ml.Data.LoadFromEnumerable(
                Enumerable.Repeat(new Row { A = new float[4], Mask = new bool[4], Ids = [1, 2, 3] }, 8 * rows).ToArray());
            using var transformer =
                _ml.Transforms.MultiHeadAttention(options with { Runtime = new() { BatchSize = rows, IntraOpThreads = 1 } }).Fit(source);
            var view = transformer.Transform(source);
            using var cursor = view.GetRowCursor([view.Schema["Out"]]);
            var output = cursor.GetGetter<VBuffer<float>>(view.Schema["Out"]);
            var values = default(VBuffer<float>);
            Read(4 * rows);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Read(Windows * rows);
            return GC.GetAllocatedBytesForCurrentThread() - before;

            void Read(int count)
            {
                for (; count > 0; count--)
                {
                    Assert.IsTrue(cursor.MoveNext());
                    output(ref values);
                }
            }
        }
    }

    /// <summary>Rows of the source that it took to read the first.</summary>
    int RowsRead(int tokens, params string[] columns)
    {
        var probe = Probe(rows: 9, _ => tokens);
        using var transformer = _ml.Transforms.MultiHeadAttention(Options).Fit(probe);
        var view = transformer.Transform(probe);
        using var cursor = view.GetRowCursor(columns.Select(name => view.Schema[name]));
        Assert.IsTrue(cursor.MoveNext());
        return probe.Rows;
    }

    /// <summary>Batches that were read from the source each time it was read.</summary>
    List<int> BatchesRead(int batch, Func<int, int> tokensOf)
    {
        var probe = Probe(rows: 300, tokensOf);
        using var transformer = _ml.Transforms.MultiHeadAttention(Options).Fit(probe);
        var view = transformer.Transform(probe);
        using var cursor = view.GetRowCursor([view.Schema["Out"]]);
        var (batches, before) = (new List<int>(), 0);
        while (cursor.MoveNext())
        {
            if (probe.Rows > before)
                batches.Add((probe.Rows - before) / batch);
            before = probe.Rows;
        }
        return batches;
    }

    ProbeView Probe(int rows, Func<int, int> tokensOf) =>
        new(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row => new Row { A = new float[tokensOf(row)] })));

    sealed class Row
    {
        public float[] A { get; set; } = [];

        public bool[] Mask { get; set; } = [];

        [KeyType(9)]
        public uint[] Ids { get; set; } = [];
    }
}
