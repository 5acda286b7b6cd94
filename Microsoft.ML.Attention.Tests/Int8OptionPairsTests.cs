using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Precision Int8 with every option, and every two options that can meet.</summary>
[TestClass]
public sealed class Int8OptionPairsTests
{
    // what the contract allows: of the outputs, and of which row is in a batch with which
    const double MostError = 0.015;

    // Overlapping patches of four frames leave a row two or three tokens, much alike: so few numbers that their error differs by a fifth
    // from draw to draw. All pairs together hold the other bound.
    const double MostErrorOfLongPatches = 0.02;
    static readonly Tolerance BatchMates = new(1e-5, 0);

    static IEnumerable<int> Choices => Enumerable.Range(0, OptionChoices.All.Count);

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_WithEveryLaterOne_IsNearTheOracle_AndAloneWhatItIsAmongOthers(int choice)
    {
        var first = OptionChoices.All[choice];
        var context = new MLContext(1);
        var failures = new List<string>();
        var errors = new List<double>();
        // with itself: alone
        foreach (var second in OptionChoices.All.Skip(choice).Where(second => second == first || second.Option != first.Option))
        {
            var options = OptionChoice.Combine(first, second);
            if (Contradiction.All.Any(contradiction => contradiction.Holds(options)))
                continue;
            try
            {
                errors.Add(Check(context, options));
            }
            catch (Exception e)
            {
                failures.Add($"{first} and {second}: {e}");
            }
        }
        Assert.IsEmpty(failures, string.Join("\n", failures));
        Assert.IsLessThan(MostError, Math.Sqrt(errors.Average(error => error * error)), "RMS error of all together");
    }

    /// <summary>Of the stage as it comes out of a file, in sessions that are opened once: they are what takes the time.</summary>
    /// <returns>Its RMS error.</returns>
    static double Check(MLContext context, MultiHeadAttentionOptions options)
    {
        var drawn = new OptionCase(context, options);
        var parameters = drawn.DrawParameters();
        using var fitted = context.Transforms.MultiHeadAttention(options with
        {
            Parameters = parameters,
            LabelColumnName = null,
            PairColumnNames = null,
            Training = OptionChoices.Base.Training,
            AttentionWeightsColumnName = RowColumns.Weights,
            Runtime = options.Runtime with { Precision = AttentionPrecision.Int8 },
        }).Fit(drawn.View);
        using var loaded = SavedAndLoaded(context, fitted, drawn.View);

        var outputs = Outputs(loaded, drawn.View);

        float[][] expected = [.. drawn.Rows.Select(row =>
            Reference.Row(drawn.Meant, parameters, row).Output.SelectMany(token => token).Select(number => (float)number).ToArray())];
        var error = RootMeanSquare.Error(expected, outputs);
        Assert.IsLessThan(drawn.Meant.PatchLength > 3 ? MostErrorOfLongPatches : MostError, error, "RMS error");
        for (var row = 0; row < outputs.Length; row++)
        {
            var alone = Outputs(loaded, context.Data.TakeRows(row == 0 ? drawn.View : context.Data.SkipRows(drawn.View, row), 1)).Single();
            BatchMates.Check("alone", outputs[row].Select(value => (double)value), alone);
        }
        return error;
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
        using var cursor =
            transformed.GetRowCursor([transformed.Schema[transformer.Options.OutputColumnName], transformed.Schema[RowColumns.Weights]]);
        var output = cursor.Numbers(transformer.Options.OutputColumnName);
        var rows = new List<float[]>();
        while (cursor.MoveNext())
            rows.Add(output());
        return [.. rows];
    }
}
