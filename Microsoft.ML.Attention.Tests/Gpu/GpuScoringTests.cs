using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>A stage scores on a GPU what it scores on the CPU.</summary>
[TestClass, TestCategory("Gpu"), DoNotParallelize]
public sealed class GpuScoringTests
{
    static IEnumerable<string> Choices => OptionChoices.All.Select(choice => $"{choice}");

    static IEnumerable<int> Seeds => Enumerable.Range(0, 40);

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_OnTheGpu_ScoresAsOnTheCpu(string name)
    {
        var options = OptionChoices.Alone(name);
        var context = new MLContext(1);
        var drawn = new OptionCase(context, options);
        Check(name, context, options with { Parameters = drawn.DrawParameters() }, drawn.View);
    }

    [TestMethod, DynamicData(nameof(Seeds))]
    public void RandomOptions_OnTheGpu_ScoreAsOnTheCpu(int seed)
    {
        var random = new Random(seed);
        var options = RandomCase.Options(random);
        var ids = options.EmbeddingDimension is null ? 9 : 0;
        var parameters = RandomCase.Parameters(options, random, ids);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 7)
            .Select(_ => RandomCase.Row(options, random, random.Next(9), random.Next(7), ids, hasHeadBias: seed % 2 == 0))];
        var context = new MLContext(1);
        Check($"random options {seed}", context, options with { Parameters = parameters },
            rows.ToDataView(context, options, TokenShape.Ragged, ids));
    }

    [TestMethod]
    public void AnalyzeHeads_OnTheGpu_SaysWhatItSaysOnTheCpu()
    {
        var options = OptionChoices.Base with
        {
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            MaskColumnName = RowColumns.Mask,
            AttentionBiasColumnName = RowColumns.Bias
        };
        var context = new MLContext(1);
        var drawn = new OptionCase(context, options);
        using var places = new NodePlaces();
        double difference;
        using (var onCpu = context.Transforms.MultiHeadAttention(options with { Parameters = drawn.DrawParameters() }).Fit(drawn.View))
        using (var onGpu = onCpu.WithRuntime(new() { ExecutionProvider = GpuProvider.Provider, ConfigureSession = places.Watch }))
            difference = Difference.Between(onCpu.AnalyzeHeads(drawn.View).Select(Numbers), onGpu.AnalyzeHeads(drawn.View).Select(Numbers));
        GpuReport.Add("analyzing heads", "two encoder layers", difference, places);
        Assert.IsLessThan(Difference.Rounding, difference);

        static float[] Numbers(HeadStatistics head) =>
            [.. typeof(HeadStatistics).GetProperties().Where(property => property.PropertyType == typeof(double))
                .Select(property => (float)(double)property.GetValue(head)!), (float)head.OutputImportance!];
    }

    [TestMethod]
    public void Transform_OfTwoStagesByManyThreads_IsThatOfOneThread()
    {
        var options = OptionChoices.Base with { Block = AttentionBlock.Residual, NumberOfLayers = 2 };
        var context = new MLContext(1);
        var drawn = new OptionCase(context, options);
        var runtime = new AttentionRuntimeOptions { ExecutionProvider = GpuProvider.Provider };
        MultiHeadAttentionTransformer[] stages = [.. Enumerable.Range(0, 2)
            .Select(_ => context.Transforms.MultiHeadAttention(options with { Parameters = drawn.DrawParameters(), Runtime = runtime })
                .Fit(drawn.View))];
        var alone = Array.ConvertAll(stages, Outputs);

        Parallel.For(0, 60, new() { MaxDegreeOfParallelism = 6 }, n =>
            Assert.AreEqual(0, Difference.Between(alone[n % 2], Outputs(stages[n % 2]))));

        foreach (var stage in stages)
            stage.Dispose();

        float[][] Outputs(MultiHeadAttentionTransformer stage) =>
            [.. stage.Transform(drawn.View).GetColumn<float[]>(options.OutputColumnName)];
    }

    static void Check(string name, MLContext context, MultiHeadAttentionOptions options, IDataView view)
    {
        using var places = new NodePlaces();
        var provider = GpuProvider.Provider;
        var difference = 0.0;
        using (var onCpu = context.Transforms.MultiHeadAttention(options with { AttentionWeightsColumnName = RowColumns.Weights })
            .Fit(view))
        using (var onGpu = onCpu.WithRuntime(onCpu.Options.Runtime with { ExecutionProvider = provider, ConfigureSession = places.Watch }))
        {
            Assert.AreEqual(provider, onGpu.Provider);
            foreach (var column in new[] { options.OutputColumnName, RowColumns.Weights,
                options.AttentionRolloutColumnName }.OfType<string>())
                difference = Math.Max(difference,
                    Difference.Between(onCpu.Transform(view).GetColumn<float[]>(column), onGpu.Transform(view).GetColumn<float[]>(column)));
        }
        GpuReport.Add("scoring", name, difference, places);
        Assert.IsLessThan(Difference.Rounding, difference);
    }
}
