using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Precision Int8 with every option, and every two options that can meet.</summary>
[TestClass]
public sealed class Int8OptionPairsTests
{
    // what the contract allows: of the outputs, and of which row is in a batch with which
    const double MostError = 0.015;
    static readonly Tolerance BatchMates = new(1e-5, 0);

    static IEnumerable<int> Choices => Enumerable.Range(0, OptionChoices.All.Count);

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_WithEveryLaterOne_IsNearFloat32_AndAloneWhatItIsAmongOthers(int choice)
    {
        var first = OptionChoices.All[choice];
        var context = new MLContext(1);
        var failures = new List<string>();
        foreach (var second in OptionChoices.All.Skip(choice).Where(second => second == first || second.Option != first.Option))   // with itself: alone
        {
            var options = OptionChoice.Combine(first, second);
            if (Contradiction.All.Any(contradiction => contradiction.Holds(options)))
                continue;
            try
            {
                Check(context, options);
            }
            catch (Exception e)
            {
                failures.Add($"{first} and {second}: {e}");
            }
        }
        Assert.IsEmpty(failures, string.Join("\n", failures));
    }

    static void Check(MLContext context, MultiHeadAttentionOptions options)
    {
        var drawn = new OptionCase(context, options);
        var scored = options with { Parameters = drawn.DrawParameters(), LabelColumnName = null, Training = OptionChoices.Base.Training, AttentionWeightsColumnName = RowColumns.Weights };
        using var real = context.Transforms.MultiHeadAttention(scored).Fit(drawn.View);
        using var int8 = real.WithRuntime(scored.Runtime with { Precision = AttentionPrecision.Int8 });

        var error = RootMeanSquare.Error(Outputs(real, drawn.View), Outputs(int8, drawn.View));
        Assert.IsLessThan(MostError, error, "RMS error");

        using var loaded = SavedAndLoaded(context, int8, drawn.View);
        using var alone = loaded.WithRuntime(loaded.Options.Runtime with { BatchSize = 1 });
        foreach (var (together, apart) in Outputs(loaded, drawn.View).Zip(Outputs(alone, drawn.View)))
            BatchMates.Check("alone", together.Select(value => (double)value), apart);
    }

    static MultiHeadAttentionTransformer SavedAndLoaded(MLContext context, MultiHeadAttentionTransformer transformer, IDataView view)
    {
        using var file = new MemoryStream();
        context.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        return (MultiHeadAttentionTransformer)context.Model.Load(file, out _);
    }

    /// <summary>Read with the attention weights, as whoever wants both reads them.</summary>
    static float[][] Outputs(MultiHeadAttentionTransformer transformer, IDataView view)
    {
        var transformed = transformer.Transform(view);
        using var cursor = transformed.GetRowCursor([transformed.Schema[transformer.Options.OutputColumnName], transformed.Schema[RowColumns.Weights]]);
        var output = cursor.Numbers(transformer.Options.OutputColumnName);
        var rows = new List<float[]>();
        while (cursor.MoveNext())
            rows.Add(output());
        return [.. rows];
    }
}
