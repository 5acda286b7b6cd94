using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Losses of pairs through a whole stage, weighted and not, against the oracle in plain loops;
/// their gradients against central differences of it.</summary>
[TestClass]
public sealed class PairObjectiveTests
{
    const int Pairs = 4;
    const double Temperature = 0.3;

    static IEnumerable<(bool HasLabels, bool HasWeights, bool Normalizes)> Cases =>
        from hasLabels in new[] { false, true }
        from hasWeights in new[] { false, true }
        select (hasLabels, hasWeights, hasLabels != hasWeights);

    [TestMethod, DynamicData(nameof(Cases))]
    public void LossAndGradient_OfPairs_AreTheOracles(bool hasLabels, bool hasWeights, bool normalizes)
    {
        var rows = Rows(hasLabels, hasWeights, out var references);
        Objective objective = hasLabels ? new CosineRegression(hasWeights) : new InBatchNegatives(Temperature, hasWeights);
        var options = ObjectiveStep.Options with { NormalizeOutput = normalizes };

        ObjectiveStep.Check(ObjectiveStep.Stage with { NormalizeOutput = normalizes }, objective, rows, parameters =>
            ReferenceLoss.OfPairs(parameters, options, references,
                hasLabels ? [.. OfPairs(rows.Labels)] : null,
                hasWeights ? [.. OfPairs(rows.Weights)] : [.. Enumerable.Repeat(1.0, Pairs)], Temperature));
    }

    static IEnumerable<double> OfPairs(IEnumerable<float> ofRows) => ofRows.Where((_, row) => row % 2 == 0).Select(x => (double)x);

    /// <summary>Rows of 1 to 4 tokens, of which some are hidden; both of a pair have its label and its weight.</summary>
    static LabelledRows Rows(bool hasLabels, bool hasWeights, out List<ReferenceRow> references)
    {
        var random = new Random(9);
        references = [];
        var rows = new LabelledRows(ObjectiveStep.Layout) { RowsOfExample = 2 };
        for (var row = 0; row < 2 * Pairs; row++)
        {
            references.Add(ObjectiveStep.AddRow(rows.Rows, random));
            if (hasLabels)
                rows.Labels.Add(0.3f * (row / 2) - 0.5f);
            if (hasWeights)
                rows.Weights.Add(row / 2 + 0.5f);
            rows.Ids.Add((ulong)(row / 2));
        }
        return rows;
    }
}
