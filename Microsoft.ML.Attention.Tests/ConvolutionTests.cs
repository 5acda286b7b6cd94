using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Which neighbours the convolution before the first layer reads.</summary>
[TestClass]
public sealed class ConvolutionTests
{
    const int Length = 9, Changed = 4;

    /// <summary>Where each token attends to itself alone, a changed token shows in the outputs of those that the convolution reads it
    /// for.</summary>
    [TestMethod]
    [DataRow(false, Changed - 2, Changed + 2)]
    [DataRow(true, Changed, Changed + 4)]       // with no look ahead
    public void Token_ThatIsChanged_ShowsInItsNeighbours(bool isCausal, int first, int last)
    {
        var context = new MLContext(1);
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            EmbeddingDimension = 8,
            NumberOfHeads = 2,
            WindowSize = 0,
            ConvolutionWidth = 5,
            IsCausal = isCausal,
            Training = new() { Objective = TrainingObjective.None },
        };
        var row = RandomCase.Row(options, new Random(2), Length);
        var other = row with { Tokens = [.. row.Tokens.Select((token, t) => t == Changed ? [.. token.Select(x => x + 10)] : token)] };
        var view = new[] { row, other }.ToDataView(context, options, TokenShape.Ragged);
        using var stage = context.Transforms.MultiHeadAttention(options).Fit(view);

        var outputs = stage.Transform(view).GetColumn<float[]>(RowColumns.Output).Select(output => output.Chunk(8).ToArray()).ToArray();

        Assert.AreSequenceEqual(Enumerable.Range(first, last - first + 1),
            Enumerable.Range(0, Length).Where(t => !outputs[0][t].SequenceEqual(outputs[1][t])));
    }
}
