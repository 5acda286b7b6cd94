using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>A user's pipeline agrees with the oracle on options, parameters and ragged rows drawn at random.</summary>
[TestClass]
public sealed class OracleTests
{
    // float32 against double, through up to three layers: some hundred roundings of 6e-8 on numbers of the size of 1
    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    static IEnumerable<int> Seeds => Enumerable.Range(0, 40);

    [TestMethod, DynamicData(nameof(Seeds))]
    public void MultiHeadAttention_OfRandomOptions_AgreesWithTheOracle(int seed)
    {
        var random = new Random(seed);
        var options = RandomCase.Options(random);
        var ids = options.EmbeddingDimension is null ? 9 : 0;
        var parameters = RandomCase.Parameters(options, random, ids);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 7)
            .Select(_ => RandomCase.Row(options, random, random.Next(9), random.Next(7), ids, hasHeadBias: seed % 2 == 0))];
        var context = new MLContext(1);
        var view = rows.ToDataView(context, options, TokenShape.Ragged, ids);

        using var transformer = context.Transforms.MultiHeadAttention(options with { Parameters = parameters }).Fit(view);

        var transformed = transformer.Transform(view);
        var (outputs, weights) =
            (transformed.GetColumn<float[]>(options.OutputColumnName), transformed.GetColumn<float[]>(options.AttentionWeightsColumnName!));
        foreach (var (row, (output, weight)) in rows.Zip(outputs.Zip(weights)))
        {
            var expected = Reference.Row(options, parameters, row);
            Rounding.Check($"With {options}, output", expected.Output.SelectMany(token => token), output);
            Rounding.Check($"With {options}, attention weights", expected.Weights.Cast<double>(), weight);
        }
        if (options.AttentionRolloutColumnName is { } column)
            foreach (var (row, rollout) in rows.Zip(transformed.GetColumn<float[]>(column)))
                Rounding.Check($"With {options}, rollout",
                    Reference.Row(options, parameters, row).Rollout.SelectMany(token => token), rollout);
    }
}
