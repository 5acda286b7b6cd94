using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Model.Forward;

/// <summary>Two tokens of one number, the second of them hidden: whatever its score would be, nobody looks at it.</summary>
[TestClass]
public sealed class HiddenKeysTests
{
    /// <summary>Queries and values are the tokens, keys their negatives: token 35,000 scores itself with -1,225,000,000.</summary>
    static readonly MultiHeadAttentionOptions Options = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        MaskColumnName = RowColumns.Mask,
        AttentionWeightsColumnName = RowColumns.Weights,
        EmbeddingDimension = 1,
        NumberOfHeads = 1,
        Parameters = AttentionParameters.Create(
        [
            KeyValuePair.Create("in_proj_weight", new AttentionTensor([3, 1], new float[] { 1, -1, 1 })),
            KeyValuePair.Create("out_proj.weight", new AttentionTensor([1, 1], new float[] { 1 })),
        ]),
    };

    public static IEnumerable<object[]> Cases =>
        from form in new[] { AttentionForm.Fused, AttentionForm.Decomposed }
        from bias in new float?[] { null, -1e9f, float.MinValue / 2 }
        select new object[] { form, bias! };

    [TestMethod, DynamicData(nameof(Cases))]
    public void HiddenKey_BesideAScoreFarBelow_HasNoWeight(object form, object? bias)
    {
        ReferenceRow row = new() { Tokens = [[35000], [1]], Mask = [true, false] };
        if (bias is float number)
            row = row with { Bias = new double[1, 2, 2] { { { number, number }, { number, number } } } };
        var (weights, output) = Run(Options with { AttentionBiasColumnName = bias is null ? null : RowColumns.Bias }, row,
            (AttentionForm)form);

        Assert.AreSequenceEqual([1f, 0], weights[..2]);
        Assert.AreEqual(35000f, output[0]);
    }

    [TestMethod]
    public void HiddenToken_BesideAPooledOneFarBelow_HasNoPart()
    {
        var options = Options with
        {
            Pooling = AttentionPooling.Attention,
            Parameters = AttentionParameters.Create(Options.Parameters!.Names.Select(name =>
                KeyValuePair.Create(name, Options.Parameters[name]))
                .Append(KeyValuePair.Create("pool.query", new AttentionTensor([1], new float[] { -35000 })))),
        };

        Assert.AreEqual(35000f, Run(options, new() { Tokens = [[35000], [1]], Mask = [true, false] }, AttentionForm.Fused).Output[0]);
    }

    static (float[] Weights, float[] Output) Run(MultiHeadAttentionOptions options, ReferenceRow row, AttentionForm form)
    {
        var ml = new MLContext(seed: 1);
        using var stage = ml.Transforms.MultiHeadAttention(options).Fit(new[] { row }.ToDataView(ml, options));
        using var model = new OnnxRows(OnnxModel.Serialize(stage.Export(form)));
        var outputs = model.Run([row]);
        return (outputs[RowColumns.Weights], outputs[RowColumns.Output]);
    }
}
