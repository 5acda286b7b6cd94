using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>A user's pipeline gives libtorch's values.</summary>
[TestClass]
public sealed class GoldenTests
{
    static IEnumerable<string> Names => Golden.ForwardNames;

    [TestMethod, DynamicData(nameof(Names))]
    public void MultiHeadAttention_OfAGoldenCase_AgreesWithLibtorch(string name)
    {
        var golden = Golden.Load(name);

        Check(golden, golden.Options, TokenShape.Fixed);
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void MultiHeadAttention_OfRaggedRowsOneAtATimeWithoutTheWeights_AgreesWithLibtorch(string name)
    {
        var golden = Golden.Load(name);

        Check(golden, golden.Options with { AttentionWeightsColumnName = null, Runtime = new() { BatchSize = 1 } }, TokenShape.FlatRagged);
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void Export_OfAGoldenCase_AgreesWithLibtorchInBothForms(string name)
    {
        var golden = Golden.Load(name);
        var context = new MLContext(1);
        using var transformer = context.Transforms.MultiHeadAttention(golden.Options with { Parameters = golden.Parameters })
            .Fit(golden.Rows.ToDataView(context, golden.Options));
        foreach (var form in (AttentionForm[])[AttentionForm.Fused, AttentionForm.Decomposed])
        {
            using var model = new OnnxRows(OnnxModel.Serialize(transformer.Export(form)));
            var outputs = model.Run(golden.Rows);
            var rows = Enumerable.Range(0, golden.Rows.Count);
            golden.Tolerance("output")
                .Check($"{form}, output", rows.SelectMany(golden.Output).SelectMany(token => token), outputs[RowColumns.Output]);
            if (golden.HasWeights)
                golden.Tolerance("attention_weights")
                    .Check($"{form}, attention weights", rows.SelectMany(row => golden.Weights(row).Cast<double>()),
                        outputs[RowColumns.Weights]);
        }
    }

    static void Check(Golden golden, MultiHeadAttentionOptions options, TokenShape shape)
    {
        var context = new MLContext(1);
        var view = golden.Rows.ToDataView(context, options, shape);
        using var transformer = context.Transforms.MultiHeadAttention(options with { Parameters = golden.Parameters }).Fit(view);
        var transformed = transformer.Transform(view);
        foreach (var (b, output) in transformed.GetColumn<float[]>(options.OutputColumnName).Index())
            golden.Tolerance("output").Check($"output of row {b}", golden.Output(b).SelectMany(token => token), output);
        if (options.AttentionWeightsColumnName is { } column)
            foreach (var (b, weights) in transformed.GetColumn<float[]>(column).Index())
                golden.Tolerance("attention_weights").Check($"attention weights of row {b}", golden.Weights(b).Cast<double>(), weights);
    }
}
