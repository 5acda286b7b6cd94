using System.Text;
using Microsoft.ML.Attention.Analysis;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>How well numbers of tokens are predicted.</summary>
/// <remarks>Tokens without a label count nowhere, nor do those that a mask hides.</remarks>
public sealed record AttentionTokenRegressionMetrics
{
    /// <summary>Numbers that were counted.</summary>
    public required long NumberOfLabels { get; init; }

    /// <summary>The mean absolute error.</summary>
    public required double MeanAbsoluteError { get; init; }

    /// <summary>The root of the mean squared error.</summary>
    public required double RootMeanSquaredError { get; init; }

    /// <summary>The share of the labels' variance that is explained: 1 less the mean squared error divided by the variance.</summary>
    public required double RSquared { get; init; }

    /// <summary>Compares numbers of tokens with what was predicted for them.</summary>
    /// <param name="data">Rows with both.</param>
    /// <param name="labelColumnName">A vector of Single, one for each token, or <c>[T, N]</c>.</param>
    /// <param name="scoreColumnName">A vector of the same length.</param>
    /// <param name="maskColumnName">A vector of Boolean, true where there is a token. Default: all are.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type; the message names it.</exception>
    /// <exception cref="InvalidDataException">A row's lengths differ; the message names the row and the column.</exception>
    public static AttentionTokenRegressionMetrics Evaluate(IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score", string? maskColumnName = null) =>
        Evaluate(data, labelColumnName, scoreColumnName, maskColumnName, weightColumnName: null);

    /// <summary>The same, where each row counts as if it came as often as its weight says.</summary>
    internal static AttentionTokenRegressionMetrics Evaluate(IDataView data, string labelColumnName, string scoreColumnName,
        string? maskColumnName, string? weightColumnName)
    {
        var tokens = new TokenReader(data, labelColumnName, scoreColumnName, maskColumnName, weightColumnName);
        foreach (var column in new[] { tokens.Label, tokens.Predicted })
            if (column.Prediction.Kind != LabelKind.Number)
                throw new ArgumentException($"Column '{column.Column.Name}' is {column.Column.Type}, but must be a vector of Single.");
        var (count, weights, absolute, squared, mean, variance) = (0L, 0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var (weight, label, predicted) in tokens.Rows()
            .SelectMany(row => row.Tokens, (row, token) => ((double)row.Weight, token.Label, token.Predicted)))
        {
            count++;
            weights += weight;
            var error = (double)predicted - label;
            absolute += weight * Math.Abs(error);
            squared += weight * error * error;
            var before = label - mean;
            mean += before * weight / weights;
            variance += weight * before * (label - mean);
        }
        return new()
        {
            NumberOfLabels = count,
            MeanAbsoluteError = absolute / weights,
            RootMeanSquaredError = Math.Sqrt(squared / weights),
            RSquared = 1 - squared / variance,
        };
    }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
