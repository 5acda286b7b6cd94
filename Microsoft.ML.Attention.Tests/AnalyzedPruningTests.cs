using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>
/// Pruning by what an analysis found. Each token of the output is the mean of the row's tokens: head 0 writes twice the first number, which
/// is small, head 1 the second, which is large. Parameters alone think more of head 0, the output would miss head 1, and the label is the
/// mean of the first numbers.
/// </summary>
[TestClass]
public sealed class AnalyzedPruningTests
{
    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        EmbeddingDimension = 2,
        NumberOfHeads = 2,
        Parameters = AttentionParameters.Create(
        [
            KeyValuePair.Create("in_proj_weight", new AttentionTensor([6, 2], new float[] { 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1 })),
            KeyValuePair.Create("out_proj.weight", new AttentionTensor([2, 2], new float[] { 1, 0, 0, 1 })),
        ]),
        Training = new() { Objective = TrainingObjective.None },
    };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Prune_ByAnAnalysis_BeginsWithTheHeadThatTheOutputMissesLeast()
    {
        using var whole = Stage();

        using var byParameters = whole.Prune(0.5);
        using var byAnalysis = whole.Prune(whole.AnalyzeHeads(Rows(20)), 0.5);

        Assert.AreSequenceEqual([0], byParameters.Heads[0]);
        Assert.AreSequenceEqual([1], byAnalysis.Heads[0]);
    }

    [TestMethod]
    public void Prune_ByAnAnalysisWithALabel_BeginsWithTheHeadThatTheLabelMissesLeast()
    {
        using var whole = Stage();

        using var pruned = whole.Prune(whole.AnalyzeHeads(Rows(20), labelColumnName: RowColumns.Label), 0.5);

        Assert.AreSequenceEqual([0], pruned.Heads[0]);
    }

    /// <summary>
    /// Heads 0 and 1 both write the first number, head 2 the second. The label is the mean of the first numbers and some of the second:
    /// without one of the twins half of the first is missing, which is less than the second; without both it is more.
    /// </summary>
    [TestMethod]
    [DataRow(1, false), DataRow(2, true), DataRow(4, true)]
    public void Prune_ByData_KeepsOneOfTwoHeadsThatStandInForEachOther_WhenItLooksAgain(int steps, bool keepsOne)
    {
        var twins = Options with
        {
            NumberOfHeads = 3,
            HeadDimension = 1,
            OutputDimension = 3,
            Parameters = AttentionParameters.Create(
            [
                KeyValuePair.Create("in_proj_weight",
                    new AttentionTensor([9, 2], new float[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1 })),
                KeyValuePair.Create("out_proj.weight", new AttentionTensor([3, 3], new float[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 })),
            ]),
        };
        var rows = Rows(60, sizes: (1, 1), token => (float)(token[0] + 0.6 * token[1]));
        using var whole = _ml.Transforms.MultiHeadAttention(twins).Fit(rows);

        using var pruned = whole.Prune(rows, 2 / 3.0, steps, labelColumnName: RowColumns.Label);

        Assert.AreEqual(keepsOne, pruned.Heads[0].Single() < 2);
    }

    [TestMethod]
    [DataRow(0, 2), DataRow(0.5, 1), DataRow(1, 0)]
    public void Prune_ByData_TakesTheShare_RoundedDown(double fraction, int left)
    {
        using var whole = Stage();
        foreach (var steps in new[] { 1, 2, 3, 7 })
        {
            using var pruned = whole.Prune(Rows(5), fraction, steps);
            Assert.HasCount(left, pruned.Heads[0], $"{steps} steps");
        }
    }

    [TestMethod]
    public void Prune_ByDataThatDoesNotTell_IsRefused()
    {
        using var whole = Stage();

        Assert.AreEqual("The analysis used no rows (0 were left out): it cannot tell which heads are important.",
            Refused(() => whole.Prune(Rows(0), 0.5)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => whole.Prune(Rows(3), 0.5, steps: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => whole.Prune(Rows(3), -0.5));
        Assert.ThrowsExactly<ArgumentNullException>(() => whole.Prune((IDataView)null!, 0.5));
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            whole.Prune(Rows(3), 0.5, cancellationToken: new CancellationToken(canceled: true)));
    }

    [TestMethod] // of an analysis of what is left, head by head
    public void Prune_ByAnalysesInSteps_NamesHeadsByTheirFirstNumbers()
    {
        var rows = Rows(20);
        using var whole = Stage();
        using var half = whole.Prune(whole.AnalyzeHeads(rows), 0.5);
        using var none = half.Prune(half.AnalyzeHeads(rows), 1);

        Assert.AreSequenceEqual([1], half.Heads[0]);
        Assert.IsEmpty(none.Heads[0]);
        Assert.AreEqual("The analysis is of 2 heads, which are not the 1 of this stage: analyze this one.",
            Refused(() => half.Prune(whole.AnalyzeHeads(rows), 0.5)));
    }

    [TestMethod]
    public void Prune_ByAnAnalysisThatDoesNotTell_IsRefused()
    {
        using var whole = Stage();

        Assert.AreEqual("The analysis was made without importance: call AnalyzeHeads with importance.",
            Refused(() => whole.Prune(whole.AnalyzeHeads(Rows(3), withImportance: false), 0.5)));
        Assert.AreEqual("The analysis used no rows (0 were left out): it cannot tell which heads are important.",
            Refused(() => whole.Prune(whole.AnalyzeHeads(Rows(0)), 0.5)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => whole.Prune(whole.AnalyzeHeads(Rows(3)), 1.5));
        Assert.ThrowsExactly<ArgumentNullException>(() => whole.Prune((HeadAnalysis)null!, 0.5));
    }

    MultiHeadAttentionTransformer Stage() => _ml.Transforms.MultiHeadAttention(Options).Fit(Rows(1));

    IDataView Rows(int count) => Rows(count, sizes: (0.1, 4), token => (float)token[0]);

    /// <param name="count">Rows of three tokens.</param>
    /// <param name="sizes">The largest that the numbers of a token can be.</param>
    /// <param name="label">A token's part of it.</param>
    IDataView Rows(int count, (double First, double Second) sizes, Func<double[], float> label)
    {
        var random = new Random(3);
        double Within(double size) => (float)(size * (2 * random.NextDouble() - 1));
        ReferenceRow[] rows = [.. Enumerable.Range(0, count).Select(_ =>
            new ReferenceRow { Tokens = [.. Enumerable.Range(0, 3).Select(_ => new[] { Within(sizes.First), Within(sizes.Second) })] })];
        return rows.ToDataView(_ml, Options, TokenShape.Ragged, labels: Array.ConvertAll(rows, row => row.Tokens.Average(label)));
    }

    static string Refused(Action prune) => Assert.ThrowsExactly<ArgumentException>(prune).Message;
}
