using Microsoft.ML.Attention.Analysis;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Analysis;

/// <summary>The session that silences heads. What it computes is checked in AnalyzeHeadsTests.</summary>
[TestClass]
public sealed class AnalysisSessionTests
{
    static readonly Architecture Small = new()
    {
        Fields = [new(2)],
        ModelDimension = 2,
        NumberOfHeads = 1,
        NumberOfKeyValueHeads = 1,
        HeadDimension = 2,
        ValueHeadDimension = 2,
        OutputDimension = 2,
        Scale = 1,
    };

    [TestMethod] // nobody asks it in between: ONNX Runtime itself stops, as it does in the middle of a run
    public void Run_OnceItsTokenIsCanceled_EndsByItself()
    {
        using var canceling = new CancellationTokenSource();
        var parameters = ParameterResolution.Resolve(Small, null, spec => ParameterDraw.Of(spec, new Random(1)));
        using var stage = new AttentionSession(Small, parameters, ProviderSession.Choose(new(), null, false, _ => { }));
        using var session = new AnalysisSession(stage, parameters, hasBias: false, canceling.Token);
        var rows = new RaggedRows(new([new(2)], HasMask: false, HasBias: false, NumberOfHeads: 1));
        new float[] { 1, 2 }.CopyTo(rows.Fields[0].Numbers.Append(2));
        rows.Complete(1, 1);
        using var batch = new PaddedBatch(rows);
        session.Fill(batch, LengthGroup.Of(rows, new([0])));
        session.Run().Dispose();

        canceling.Cancel();

        Assert.AreEqual(canceling.Token, Assert.ThrowsExactly<OperationCanceledException>(session.Run).CancellationToken);
        Assert.ThrowsExactly<OperationCanceledException>(() => session.RunWithout(0, 0));
    }
}
