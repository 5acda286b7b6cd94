using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>
/// Rows whose label is the second number of the token five before the last, plus the third number of the first token, which is marked: it
/// takes two heads to tell it, and both are found by what they do.
/// </summary>
[TestClass]
public sealed class PlantedHeadsTests
{
    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        LabelColumnName = RowColumns.Label,
        EmbeddingDimension = 3,
        NumberOfHeads = 2,
        HeadDimension = 16,
        OutputDimension = 4,
        IsCausal = true,
        PositionalEncoding = PositionalEncoding.Rotary,
        RotaryBase = 50,
        Pooling = AttentionPooling.Last,
        Training = new() { NumberOfEpochs = 20, BatchSize = 16, LearningRate = 0.05, Dropout = 0, Seed = 1 },
    };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void AnalyzeHeads_OfAStageThatLearnedTheTask_SaysWhichHeadDoesWhat()
    {
        using var stage = _ml.Transforms.MultiHeadAttention(Options).Fit(Rows(300, seed: 7));
        var data = Rows(200, seed: 8);

        var (five, four) = (stage.AnalyzeHeads(data, windowSize: 5), stage.AnalyzeHeads(data, windowSize: 4, withImportance: false));

        double AtFive(HeadStatistics head) => head.WindowShare - four[head.Head].WindowShare;
        Assert.IsLessThan(0.05, five.Loss!.Value, $"{five.Loss} of\n{five}");
        var (back, first) = (five.MaxBy(AtFive)!, five.MaxBy(head => head.FirstShare)!);
        Assert.AreNotSame(back, first, $"{five}");
        // The first five tokens of a row, a quarter of all, have none five before; what the head does there was never learned.
        Assert.IsInRange(0.5, 0.75, AtFive(back), $"{five}");
        Assert.IsInRange(3.5, 5, back.Distance, $"{five}");
        Assert.IsLessThan(0.2, AtFive(first), $"{five}");
        Assert.IsGreaterThan(0.8, first.FirstShare, $"{five}");
        Assert.IsLessThan(0.4, back.FirstShare, $"{five}");
        // Each tells half of the label's variance, and the output is not the same without it.
        foreach (var head in five)
        {
            Assert.IsInRange(0.3, 0.7, head.LossImportance!.Value, $"{five}");
            Assert.IsGreaterThan(0.3, head.OutputImportance!.Value, $"{five}");
        }

        using var half = stage.Silence([(0, first.Head)]);
        var rest = half.AnalyzeHeads(data);

        Assert.AreEqual((0, 0), (rest[first.Head].OutputImportance, rest[first.Head].LossImportance), $"{rest}");
        Assert.IsInRange(0.3, 0.7, rest[back.Head].LossImportance!.Value, $"{rest}");
        Assert.IsInRange(0.3, 0.7, rest.Loss!.Value);
    }

    IDataView Rows(int count, int seed)
    {
        var random = new Random(seed);
        ReferenceRow[] rows = [.. Enumerable.Range(0, count).Select(_ => new ReferenceRow
        {
            Tokens = [.. Enumerable.Range(0, random.Next(16, 25))
                .Select(t => new double[] { t == 0 ? 1 : 0, random.Next(2) * 2 - 1, random.Next(2) * 2 - 1 })],
        })];
        return rows.ToDataView(_ml, Options, TokenShape.Ragged,
            labels: Array.ConvertAll(rows, row => (float)(row.Tokens[^6][1] + row.Tokens[0][2])));
    }
}
