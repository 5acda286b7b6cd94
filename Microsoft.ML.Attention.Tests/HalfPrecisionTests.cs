using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The graph of the 16-bit precisions is that of Float32 less the digits; run by the CPU,
/// which converts where it has no such kernels.</summary>
[TestClass]
public sealed class HalfPrecisionTests
{
    static IEnumerable<string> Choices => OptionChoices.All.Select(choice => $"{choice}");

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_InFloat16_ScoresNearlyAsInFloat32(string name)
    {
        var options = OptionChoices.Alone(name);
        var context = new MLContext(1);
        var drawn = new OptionCase(context, options);
        using var transformer = context.Transforms.MultiHeadAttention(options with { Parameters = drawn.DrawParameters() }).Fit(drawn.View);
        float[][] outputs = [.. transformer.Transform(drawn.View).GetColumn<float[]>(options.OutputColumnName)];
        using var half = new OnnxRows(OnnxModel.Serialize(transformer.Export(AttentionForm.Decomposed, ElementType.Float16)));
        var outputName = options.InputColumnNames.Contains(options.OutputColumnName)
            ? $"{options.OutputColumnName}.output"
            : options.OutputColumnName;

        var actual = drawn.Rows.Select(row => half.Run([Reference.Cut(drawn.Meant, row)])[outputName]);

        // each rounding is at most 2^-11 = 5e-4 of a number, and there are some tens; none would mean that nothing was narrowed
        var error = RootMeanSquare.Error(outputs, actual);
        Assert.IsTrue(error is > 1e-5 and < 5e-3, $"{error}");
    }
}
