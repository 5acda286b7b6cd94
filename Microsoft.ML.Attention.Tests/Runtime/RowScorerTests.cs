using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>Rows through a session: grouped, run, and found again in their own order.
/// What they hold is checked against the oracle in TransformerTests.</summary>
[TestClass]
public sealed class RowScorerTests
{
    static readonly Architecture Identity = new()
    {
        Fields = [new(2)],
        ModelDimension = 2,
        NumberOfHeads = 1,
        NumberOfKeyValueHeads = 1,
        HeadDimension = 2,
        ValueHeadDimension = 2,
        OutputDimension = 2,
        Scale = 1,
        UseBias = false,
        HeadWindowSizes = [0],      // each token sees itself alone
    };

    static readonly AttentionParameters Parameters = AttentionParameters.Create(
    [
        KeyValuePair.Create("in_proj_weight", new AttentionTensor([6, 2], new float[] { 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1 })),
        KeyValuePair.Create("out_proj.weight", new AttentionTensor([2, 2], new float[] { 1, 0, 0, 1 })),
    ]);

    [TestMethod]
    public void Output_OfEachRow_IsItsOwn_WhateverTheOrderOfTheRuns()
    {
        using var session = Open(Identity);
        float[][] tokens = [[1, 2], [], [3, 4, 5, 6, 7, 8], [9, 10], [11, 12, 13, 14]];
        var rows = Rows(tokens);
        using var scorer = new RowScorer(session, rows, [StageOutputs.Output, StageOutputs.LastWeights], 256);

        scorer.Score();

        for (var row = 0; row < tokens.Length; row++)
        {
            CollectionAssert.AreEqual(tokens[row], Copy(scorer, 0, row));
            var length = tokens[row].Length / 2;
            CollectionAssert.AreEqual(Enumerable.Range(0, length * length).Select(n => n % (length + 1) == 0 ? 1f : 0f).ToArray(),
                Copy(scorer, 1, row));
        }
    }

    [TestMethod]
    public void Output_OfRowsScoredAfterOthers_HoldsNothingOfThem()
    {
        using var session = Open(Identity with { Pooling = AttentionPooling.Mean });
        var rows = Rows([[1, 2, 3, 4], [5, 6]]);
        using var scorer = new RowScorer(session, rows, [StageOutputs.Output], 256);
        scorer.Score();
        CollectionAssert.AreEqual(new float[] { 2, 3 }, Copy(scorer, 0, 0));

        rows.Clear();
        Add(rows, []);
        Add(rows, [7, 8]);
        scorer.Score();

        CollectionAssert.AreEqual(new float[] { 0, 0 }, Copy(scorer, 0, 0));
        CollectionAssert.AreEqual(new float[] { 7, 8 }, Copy(scorer, 0, 1));
    }

    [TestMethod]
    public void Rows_WorthThreeCores_AreScoredByAsManyRunsAtOnce_AndAFailureOfOneReachesTheCaller()
    {
        var threads = new HashSet<int>();
        var session = Open(Identity, new() { IntraOpThreads = 3, ConfigureSession = options => threads.Add(options.IntraOpNumThreads) });
        var random = new Random(1);
        // 16 products a token: three times 2 Mi are 400,000 tokens.
        float[][] tokens = [.. Enumerable.Range(0, 4500)
            .Select(_ => Enumerable.Range(0, 2 * random.Next(80, 120)).Select(n => (float)random.Next(100)).ToArray())];
        using var scorer = new RowScorer(session, Rows(tokens), [StageOutputs.Output], 256);

        scorer.Score();

        CollectionAssert.AreEqual(new[] { 1 }, threads.ToArray());
        for (var row = 0; row < tokens.Length; row++)
            CollectionAssert.AreEqual(tokens[row], Copy(scorer, 0, row));
        session.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(scorer.Score);
    }

    [TestMethod]
    public void Row_ThatIsWorthSeveralCores_HasThemAll()
    {
        const int width = 64, length = 200;     // 4 x 64 x 64 products a token: 128 tokens are 2 Mi
        float[] Identities(int count) =>
            [.. Enumerable.Range(0, count * width * width).Select(n => n / width % width == n % width ? 1f : 0f)];
        var wide = Identity with
        {
            Fields = [new(width)],
            ModelDimension = width,
            HeadDimension = width,
            ValueHeadDimension = width,
            OutputDimension = width
        };
        var parameters = AttentionParameters.Create(
        [
            KeyValuePair.Create("in_proj_weight", new AttentionTensor([3 * width, width], Identities(3))),
            KeyValuePair.Create("out_proj.weight", new AttentionTensor([width, width], Identities(1))),
        ]);
        var threads = new HashSet<int>();
        using var session = new AttentionSession(wide, parameters,
            Provider(new() { IntraOpThreads = 3, ConfigureSession = options => threads.Add(options.IntraOpNumThreads) }));
        var rows = new RaggedRows(RowLayout.Of(wide, hasMask: false, hasBias: false));
        float[] tokens = [.. Enumerable.Range(0, length * width).Select(n => (float)(n % 7))];
        tokens.CopyTo(rows.Fields[0].Numbers.Append(tokens.Length));
        rows.Complete(length, length);
        using var scorer = new RowScorer(session, rows, [StageOutputs.Output], 256);

        scorer.Score();

        CollectionAssert.AreEqual(new[] { 3 }, threads.ToArray());
        CollectionAssert.AreEqual(tokens, Copy(scorer, 0, 0));
    }

    [TestMethod]
    public void Score_WithoutAnyToken_RunsNothing()
    {
        var session = Open(Identity);
        session.Dispose();                  // a run would throw
        using var scorer = new RowScorer(session, Rows([[], []]), [StageOutputs.Output], 256);

        scorer.Score();

        Assert.AreEqual(0, Copy(scorer, 0, 1).Length);
    }

    [TestMethod]
    public void Session_Disposed_RefusesToRunAndIsDisposedOnce()
    {
        var session = Open(Identity);
        using var scorer = new RowScorer(session, Rows([[1, 2]]), [StageOutputs.Output], 256);
        scorer.Score();

        session.Dispose();
        session.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(scorer.Score);
    }

    [TestMethod]
    public void Session_OfRowsWithoutAMask_IsOpenedOnce_WhateverTheirLengths()
    {
        var opened = 0;
        using var session = Open(Identity, new() { ConfigureSession = _ => opened++ });
        foreach (var tokens in new float[][][] { [[1, 2], [3, 4]], [[1, 2, 3, 4]], [[.. new float[40]], [.. new float[38]], [5, 6]] })
        {
            using var scorer = new RowScorer(session, Rows(tokens), [StageOutputs.Output], 256);
            scorer.Score();

            Assert.AreEqual(1, opened);
        }
    }

    static AttentionSession Open(Architecture a, AttentionRuntimeOptions? options = null) => new(a, Parameters, Provider(options ?? new()));

    static ProviderSession Provider(AttentionRuntimeOptions options) => ProviderSession.Choose(options, null, false, _ => { });

    static RaggedRows Rows(float[][] tokens)
    {
        var rows = new RaggedRows(RowLayout.Of(Identity, hasMask: false, hasBias: false));
        foreach (var row in tokens)
            Add(rows, row);
        return rows;
    }

    static float[] Copy(RowScorer scorer, int output, int row)
    {
        var values = new float[scorer.Values[output].Size(row)];
        scorer.Values[output].Copy(row, values);
        return values;
    }

    static void Add(RaggedRows rows, float[] tokens)
    {
        tokens.CopyTo(rows.Fields[0].Numbers.Append(tokens.Length));
        rows.Complete(tokens.Length / 2, tokens.Length / 2);
    }
}
