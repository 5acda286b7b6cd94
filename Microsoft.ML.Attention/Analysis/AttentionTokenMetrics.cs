using System.Text;
using Microsoft.ML.Attention.Analysis;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>How well labels of tokens are predicted, where each is one of several classes or true or false.</summary>
/// <remarks>Tokens without a label count nowhere, nor do those that a mask hides.
/// A token that nothing was predicted for counts as wrong.</remarks>
public sealed record AttentionTokenMetrics
{
    /// <summary>Tokens that were counted.</summary>
    public required long NumberOfTokens { get; init; }

    /// <summary>The share of tokens whose label is right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>F1 over the labels of all tokens together: twice the right ones,
    /// divided by the labels that there are and those that were predicted.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>The mean, over the classes that occur among labels or predictions, of the harmonic mean of precision and recall. Of
    /// Booleans both classes count.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>
    /// F1 over entities, as seqeval counts them by default: spans of tags <c>B-</c>, <c>I-</c>, <c>E-</c>, <c>S-</c> of one type, right
    /// where both ends and the type are. 0 where there are none; NaN where the labels are not named so, <c>O</c> apart.
    /// </summary>
    /// <remarks>Ramshaw and Marcus 1995; Nakayama 2018, seqeval.</remarks>
    public required double EntityF1 { get; init; }

    /// <summary>Compares labels of tokens with what was predicted for them.</summary>
    /// <param name="data">Rows with both.</param>
    /// <param name="labelColumnName">A vector of keys or Booleans, one for each token.</param>
    /// <param name="predictedLabelColumnName">A vector of the same type and length.</param>
    /// <param name="maskColumnName">A vector of Boolean, true where there is a token. Default: all are.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type; the message names it.</exception>
    /// <exception cref="InvalidDataException">A row's lengths differ; the message names the row and the column.</exception>
    public static AttentionTokenMetrics Evaluate(IDataView data, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", string? maskColumnName = null) =>
        Evaluate(data, labelColumnName, predictedLabelColumnName, maskColumnName, weightColumnName: null);

    /// <summary>The same, where each row counts as if it came as often as its weight says.</summary>
    internal static AttentionTokenMetrics Evaluate(IDataView data, string labelColumnName, string predictedLabelColumnName,
        string? maskColumnName, string? weightColumnName)
    {
        var tokens = new TokenReader(data, labelColumnName, predictedLabelColumnName, maskColumnName, weightColumnName);
        if (tokens.Label.Prediction is not { Kind: LabelKind.Class or LabelKind.Boolean })
            throw new ArgumentException($"Label column '{labelColumnName}' is {tokens.Label.Column.Type}, but must be a vector of keys "
                + "or Booleans; for numbers there is AttentionTokenRegressionMetrics.");
        if (tokens.Predicted.Prediction != tokens.Label.Prediction)
            throw new ArgumentException($"Column '{predictedLabelColumnName}' is {tokens.Predicted.Column.Type}, but label column "
                + $"'{labelColumnName}' is {tokens.Label.Column.Type}: they need one type.");
        var classes = tokens.Label.Prediction.Kind == LabelKind.Boolean ? 2 : tokens.Label.Prediction.Size;
        var (labels, predictions, right) = (new double[classes], new double[classes], new double[classes]);
        var count = 0L;
        var entities = EntityCount.Of(tokens.Names);
        foreach (var (weight, row) in tokens.Rows())
        {
            count += row.Length;
            foreach (var (label, predicted) in row)
            {
                labels[(int)label] += weight;
                if (float.IsNaN(predicted))
                    continue;
                predictions[(int)predicted] += weight;
                if (label == predicted)
                    right[(int)label] += weight;
            }
            entities?.Add(row, weight);
        }
        var occurring = Enumerable.Range(0, classes).Where(c => labels[c] + predictions[c] > 0);
        return new()
        {
            NumberOfTokens = count,
            Accuracy = right.Sum() / labels.Sum(),
            MicroF1 = 2 * right.Sum() / (labels.Sum() + predictions.Sum()),
            MacroF1 = occurring.Select(c => 2 * right[c] / (labels[c] + predictions[c])).DefaultIfEmpty(double.NaN).Average(),
            EntityF1 = entities?.F1 ?? double.NaN,
        };
    }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
