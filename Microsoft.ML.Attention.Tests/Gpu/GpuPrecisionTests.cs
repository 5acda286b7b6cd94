using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>A stage scores in Float16 on a GPU what it scores in Float32 on the CPU, less the digits that 16 bits do not hold.</summary>
[TestClass, TestCategory("Gpu"), DoNotParallelize]
public sealed class GpuPrecisionTests
{
    // a rounding in Float16 is up to 2^-11 = 5e-4; some tens of them, and sums over up to 3,072 numbers that WebGPU keeps in it
    const double Rounding = 0.01;

    static IEnumerable<string> Choices => OptionChoices.All.Select(choice => $"{choice}");

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_InFloat16_ScoresNearlyAsInFloat32(string name)
    {
        var options = OptionChoices.Alone(name);
        var context = new MLContext(1);
        var drawn = new OptionCase(context, options);
        Check("Float16", name, context, options with { Parameters = drawn.DrawParameters() }, drawn.View);
    }

    [TestMethod]
    [DataRow(256, 8)]
    [DataRow(768, 12)]
    public void WideStage_InFloat16_ScoresNearlyAsInFloat32(int width, int heads)
    {
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [RowColumns.Tokens],
            EmbeddingDimension = width,
            NumberOfHeads = heads,
            Block = AttentionBlock.Encoder,
            Training = new() { Objective = TrainingObjective.None, Seed = 1 },
        };
        var (context, random) = (new MLContext(1), new Random(1));
        ReferenceRow[] rows = [.. Enumerable.Range(0, 2).Select(_ => RandomCase.Row(options, random, 128))];
        Check("Float16, 128 tokens", $"width {width}", context, options, rows.ToDataView(context, options));
    }

    [TestMethod] // 300 * 300 = 90,000 is in a mean of squares, and Float16 ends at 65,504
    public void Token_WhoseSquareIsTooLargeForFloat16_IsNormalizedAllTheSame()
    {
        var options = OptionChoices.Base with
        {
            NumberOfHeads = 1,
            Block = AttentionBlock.Residual,
            Normalization = Normalization.RmsNorm,
            NormalizationOrder = NormalizationOrder.Pre,
            FinalNormalization = true
        };
        var context = new MLContext(1);
        ReferenceRow[] rows = [new() { Tokens = [[300, -300]] }];
        Check("Float16", "RmsNorm of 300", context, options, rows.ToDataView(context, options));
    }

    [TestMethod]
    public void Device_WithoutFloat16_IsRefusedWithTheReason()
    {
        if (FoundFloat16.Value is not { } refusal)
        {
            Assert.Inconclusive("The device has it. From Mesa's software device GALLIUM_OVERRIDE_CPU_CAPS=sse4.1 takes it.");
            return;
        }
        StringAssert.StartsWith(refusal, $"Precision Float16 is not supported by device 0 of execution provider {GpuProvider.Provider}: ");
        StringAssert.Contains(refusal, "requires f16 but the device does not support it");
        StringAssert.EndsWith(refusal, ". Set Precision Float32.");
    }

    /// <summary>Why the device lacks Float16; null where it has it.</summary>
    static readonly Lazy<string?> FoundFloat16 = new(() =>
    {
        try
        {
            ProviderSession.Choose(new() { ExecutionProvider = GpuProvider.Provider, Precision = AttentionPrecision.Float16 }, null,
                false, _ => { });
            return null;
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }
    });

    static AttentionRuntimeOptions InFloat16
    {
        get
        {
            if (FoundFloat16.Value is { } refusal)
                Assert.Inconclusive(refusal);
            return new() { ExecutionProvider = GpuProvider.Provider, Precision = AttentionPrecision.Float16 };
        }
    }

    static void Check(string kind, string name, MLContext context, MultiHeadAttentionOptions options, IDataView view)
    {
        using var places = new NodePlaces();
        double outputs, weights;
        using (var onCpu = context.Transforms.MultiHeadAttention(options with { AttentionWeightsColumnName = RowColumns.Weights })
            .Fit(view))
        using (var onGpu = onCpu.WithRuntime(InFloat16 with { ConfigureSession = places.Watch }))
        {
            (outputs, weights) = (Error(options.OutputColumnName), Error(RowColumns.Weights));

            double Error(string column) =>
                RootMeanSquare.Error(onCpu.Transform(view).GetColumn<float[]>(column), onGpu.Transform(view).GetColumn<float[]>(column));
        }
        GpuReport.Add($"{kind}: relative root mean square error of outputs", name, outputs, places);
        GpuReport.Add($"{kind}: the same of attention weights", name, weights);
        Assert.IsTrue(outputs is > 1e-5 and < Rounding, $"{outputs}");      // 0: nothing was narrowed
        Assert.IsLessThan(Rounding, weights);
    }
}
