using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Losses of labels, of rows and of tokens, weighted and not, against the oracle in plain loops;
/// their gradients against central differences of it.</summary>
[TestClass]
public sealed class SupervisedObjectiveTests
{
    const int Classes = 3;

    static IEnumerable<(string Kind, int Size, bool OfTokens, bool HasWeights, double Smoothing, bool HasDense, bool Mixes)> Cases =>
        from kind in Enum.GetValues<LabelKind>()
        from ofTokens in new[] { false, true }
        from hasWeights in new[] { false, true }
        from mixes in ofTokens ? new[] { false } : [false, true]
        let size = kind == LabelKind.Class ? Classes : kind == LabelKind.Number && ofTokens && hasWeights ? 2 : 1
        select ($"{kind}", size, ofTokens, hasWeights, kind == LabelKind.Number ? 0 : hasWeights ? 0.2 : 0, ofTokens, mixes);

    [TestMethod, DynamicData(nameof(Cases))]
    public void LossAndGradient_OfEachKindOfLabel_AreTheOracles(
        string label, int size, bool ofTokens, bool hasWeights, double smoothing, bool hasDense, bool mixes)
    {
        var kind = Enum.Parse<LabelKind>(label);
        var prediction = new Prediction(kind, size, ofTokens, hasDense);
        var rows = Rows(prediction, hasWeights, mixes, out var references);
        var (mean, deviation) = kind == LabelKind.Number ? (0.5, 2) : (0, 1);
        var objective = new SupervisedObjective(prediction, mean, deviation, smoothing, hasWeights, mixes);

        ObjectiveStep.Check(ObjectiveStep.Stage with { Prediction = prediction }, objective, rows, parameters =>
            ReferenceLoss.Of(parameters, ObjectiveStep.Options, references, rows, prediction, smoothing, mean, deviation));
    }

    /// <summary>Rows of 1 to 4 tokens, of which some are hidden and some have no label.</summary>
    static LabelledRows Rows(Prediction prediction, bool hasWeights, bool mixes, out List<ReferenceRow> references)
    {
        var random = new Random(9);
        references = [];
        var rows = new LabelledRows(ObjectiveStep.Layout)
        {
            LabelsPerToken = !prediction.OfTokens ? 0 : prediction.Kind == LabelKind.Number ? prediction.Size : 1,
        };
        for (var row = 0; row < 5; row++)
        {
            var reference = ObjectiveStep.AddRow(rows.Rows, random);
            references.Add(reference);
            if (prediction.OfTokens)
                foreach (ref var label in rows.TokenLabels.Append(reference.Tokens.Length * rows.LabelsPerToken))
                    label = random.Next(4) == 0 ? float.NaN : Label();
            else
                rows.Labels.Add(Label());
            if (hasWeights)
                rows.Weights.Add(row + 0.5f);
            if (mixes)
            {
                rows.OtherLabels.Add(Label());
                rows.Shares.Add(random.NextSingle());
            }
            rows.Ids.Add((ulong)row);
        }
        return rows;

        float Label() => prediction.Kind switch
        {
            LabelKind.Class => random.Next(Classes),
            LabelKind.Boolean => random.Next(2),
            _ => random.NextSingle() * 4,
        };
    }
}
