using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>A stage learns on a GPU what it learns on the CPU.</summary>
[TestClass, TestCategory("Gpu"), DoNotParallelize]
public sealed class GpuLearningTests
{
    static IEnumerable<string> Choices => OptionChoices.All.Select(choice => $"{choice}");

    static TrainingOptions Brief => new() { NumberOfEpochs = 4, BatchSize = 2, LearningRate = 0.01, Seed = 3 };

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_OnTheGpu_LearnsFromNumbersAsOnTheCpu(string name)
    {
        var choice = OptionChoices.All.Single(choice => $"{choice}" == name);
        var options = OptionChoice.Combine(choice, choice);
        Check("learning from numbers", name, options with { LabelColumnName = RowColumns.Label, Training = Brief with { Dropout = 0 } },
            options.PredictedLabelColumnName is null && options.ProbabilityColumnName is null ? new float[] { 1, 2, 4, 3 } : null);
    }

    static readonly Dictionary<string, (Func<MultiHeadAttentionOptions, MultiHeadAttentionOptions> Set, Array? Labels)> Variants = new()
    {
        ["classes"] = (Labelled, new uint[] { 1, 2, 3, 2 }),
        ["a Boolean"] = (Labelled, new[] { true, false, false, true }),
        ["hidden embeddings"] = (o => o, null),
        ["hidden embeddings of two columns"] = (o => o with { InputColumnNames = [RowColumns.Tokens, RowColumns.MoreTokens] }, null),
        ["hidden token ids"] = (o => o with { InputColumnNames = [RowColumns.Ids], ModelDimension = 8 }, null),
        ["a Boolean, under dropout"] = (o =>
            Labelled(o) with { Training = Brief with { Dropout = 0.3, HeadDropout = 0.3 } }, new[] { true, false, false, true }),
        ["classes, rows kept out"] = (o =>
            Labelled(o) with { Training = Brief with { ValidationFraction = 0.5, Dropout = 0 } }, new uint[] { 1, 2, 3, 2 }),
        ["a Boolean, all norms and positions"] = (o =>
            Labelled(o) with
            {
                Block = AttentionBlock.Encoder,
                Normalization = Normalization.RmsNorm,
                NormalizeQueriesAndKeys = true,
                PositionalEncoding = PositionalEncoding.Rotary,
                Activation = Activation.SiluGated,
                NumberOfLayers = 2
            },
            new[] { true, false, false, true }),
    };

    static IEnumerable<string> Names => Variants.Keys;

    [TestMethod, DynamicData(nameof(Names))]
    public void Objective_OnTheGpu_LearnsAsOnTheCpu(string name)
    {
        var (set, labels) = Variants[name];
        Check("learning otherwise", name, set(OptionChoices.Base with { Training = Brief with { Dropout = 0 } }), labels);
    }

    static MultiHeadAttentionOptions Labelled(MultiHeadAttentionOptions options) => options with { LabelColumnName = RowColumns.Label };

    static void Check(string kind, string name, MultiHeadAttentionOptions options, Array? labels)
    {
        using var places = new NodePlaces();
        var provider = GpuProvider.Provider;
        var view = new OptionCase(new MLContext(1), options, labels).View;
        double losses, outputs;
        using (var onCpu = Learned(options, view))
        using (var onGpu = Learned(
            options with { Runtime = options.Runtime with { ExecutionProvider = provider, ConfigureSession = places.Watch } }, view))
        {
            Assert.AreEqual(provider, onGpu.Provider);
            var (expected, actual) = (onCpu.Training!, onGpu.Training!);
            losses = Difference.Between([[.. expected.Losses.Concat(expected.ValidationLosses).Select(loss => (float)loss)]],
                [[.. actual.Losses.Concat(actual.ValidationLosses).Select(loss => (float)loss)]]);
            outputs = Difference.Between(onCpu.Transform(view).GetColumn<float[]>(options.OutputColumnName),
                onGpu.Transform(view).GetColumn<float[]>(options.OutputColumnName));
        }
        GpuReport.Add($"{kind}: losses", name, losses, places);
        GpuReport.Add($"{kind}: what the stage then scores", name, outputs);
        Assert.IsLessThan(Difference.Rounding, losses);
        Assert.IsLessThan(Difference.Rounding, outputs);
    }

    static MultiHeadAttentionTransformer Learned(MultiHeadAttentionOptions options, IDataView view) =>
        new MLContext(1).Transforms.MultiHeadAttention(options).Fit(view);
}
