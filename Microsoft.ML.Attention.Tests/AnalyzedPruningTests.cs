using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>
/// Pruning by what an analysis found. Each token of the output is the mean of the row's tokens: head 0 writes twice the first number, which is small, head 1 the second, which is
/// large. Parameters alone think more of head 0, the output would miss head 1, and the label is the mean of the first numbers.
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

    [TestMethod] // of an analysis of what is left, head by head
    public void Prune_ByAnalysesInSteps_NamesHeadsByTheirFirstNumbers()
    {
        var rows = Rows(20);
        using var whole = Stage();
        using var half = whole.Prune(whole.AnalyzeHeads(rows), 0.5);
        using var none = half.Prune(half.AnalyzeHeads(rows), 1);

        Assert.AreSequenceEqual([1], half.Heads[0]);
        Assert.IsEmpty(none.Heads[0]);
        Assert.AreEqual("The analysis is of 2 heads, which are not the 1 of this stage: analyze this one.", Refused(() => half.Prune(whole.AnalyzeHeads(rows), 0.5)));
    }

    [TestMethod]
    public void Prune_ByAnAnalysisThatDoesNotTell_IsRefused()
    {
        using var whole = Stage();

        Assert.AreEqual("The analysis was made without importance: call AnalyzeHeads with importance.", Refused(() => whole.Prune(whole.AnalyzeHeads(Rows(3), withImportance: false), 0.5)));
        Assert.AreEqual("The analysis used no rows (0 were left out): it cannot tell which heads are important.", Refused(() => whole.Prune(whole.AnalyzeHeads(Rows(0)), 0.5)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => whole.Prune(whole.AnalyzeHeads(Rows(3)), 1.5));
        Assert.ThrowsExactly<ArgumentNullException>(() => whole.Prune((HeadAnalysis)null!, 0.5));
    }

    MultiHeadAttentionTransformer Stage() => _ml.Transforms.MultiHeadAttention(Options).Fit(Rows(1));

    IDataView Rows(int count)
    {
        var random = new Random(3);
        double Within(double size) => (float)(size * (2 * random.NextDouble() - 1));
        ReferenceRow[] rows = [.. Enumerable.Range(0, count).Select(_ => new ReferenceRow { Tokens = [.. Enumerable.Range(0, 3).Select(_ => new[] { Within(0.1), Within(4) })] })];
        return rows.ToDataView(_ml, Options, TokenShape.Ragged, labels: Array.ConvertAll(rows, row => (float)row.Tokens.Average(token => token[0])));
    }

    static string Refused(Action prune)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(prune);
        Assert.AreEqual("analysis", error.ParamName);
        return error.Message.Split(" (Parameter")[0];
    }
}
