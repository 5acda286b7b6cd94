using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Search;

/// <summary>A metric for one kind of label: which way is better, and how ML.NET computes it.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Kind">The labels that it is for.</param>
/// <param name="IsHigherBetter">False for losses and errors.</param>
/// <param name="Evaluate">From a view of predictions and the names of the columns that they are compared with.</param>
sealed record MetricRule(AttentionSearchMetric Metric, LabelKind Kind, bool IsHigherBetter,
    Func<MLContext, IDataView, MetricColumns, double> Evaluate)
{
    /// <summary>The first of a kind is its default.</summary>
    static readonly MetricRule[] Rules =
    [
        new(AttentionSearchMetric.MicroAccuracy, LabelKind.Class, true, (ml, view, columns) =>
            ml.MulticlassClassification.Evaluate(view, columns.Label).MicroAccuracy),
        new(AttentionSearchMetric.MacroAccuracy, LabelKind.Class, true, (ml, view, columns) =>
            ml.MulticlassClassification.Evaluate(view, columns.Label).MacroAccuracy),
        new(AttentionSearchMetric.LogLoss, LabelKind.Class, false, (ml, view, columns) =>
            ml.MulticlassClassification.Evaluate(view, columns.Label).LogLoss),
        new(AttentionSearchMetric.Accuracy, LabelKind.Boolean, true, (ml, view, columns) =>
            ml.BinaryClassification.EvaluateNonCalibrated(view, columns.Label).Accuracy),
        new(AttentionSearchMetric.AreaUnderRocCurve, LabelKind.Boolean, true, (ml, view, columns) =>
            ml.BinaryClassification.EvaluateNonCalibrated(view, columns.Label).AreaUnderRocCurve),
        new(AttentionSearchMetric.F1Score, LabelKind.Boolean, true, (ml, view, columns) =>
            ml.BinaryClassification.EvaluateNonCalibrated(view, columns.Label).F1Score),
        new(AttentionSearchMetric.LogLoss, LabelKind.Boolean, false, (ml, view, columns) =>
            ml.BinaryClassification.Evaluate(view, columns.Label).LogLoss),
        new(AttentionSearchMetric.RSquared, LabelKind.Number, true, (ml, view, columns) =>
            ml.Regression.Evaluate(view, columns.Label).RSquared),
        new(AttentionSearchMetric.RootMeanSquaredError, LabelKind.Number, false, (ml, view, columns) =>
            ml.Regression.Evaluate(view, columns.Label).RootMeanSquaredError),
        new(AttentionSearchMetric.MeanAbsoluteError, LabelKind.Number, false, (ml, view, columns) =>
            ml.Regression.Evaluate(view, columns.Label).MeanAbsoluteError),
    ];

    /// <summary>Of labels of tokens.</summary>
    static readonly MetricRule[] TokenRules =
    [
        new(AttentionSearchMetric.MicroAccuracy, LabelKind.Class, true, (_, view, columns) => Tokens(view, columns).Accuracy),
        new(AttentionSearchMetric.F1Score, LabelKind.Class, true, (_, view, columns) => Tokens(view, columns).MacroF1),
        new(AttentionSearchMetric.EntityF1, LabelKind.Class, true, (_, view, columns) => Tokens(view, columns).EntityF1),
        new(AttentionSearchMetric.Accuracy, LabelKind.Boolean, true, (_, view, columns) => Tokens(view, columns).Accuracy),
        new(AttentionSearchMetric.F1Score, LabelKind.Boolean, true, (_, view, columns) => Tokens(view, columns).MacroF1),
        new(AttentionSearchMetric.RSquared, LabelKind.Number, true, (_, view, columns) => Numbers(view, columns).RSquared),
        new(AttentionSearchMetric.RootMeanSquaredError, LabelKind.Number, false, (_, view, columns) =>
            Numbers(view, columns).RootMeanSquaredError),
        new(AttentionSearchMetric.MeanAbsoluteError, LabelKind.Number, false, (_, view, columns) =>
            Numbers(view, columns).MeanAbsoluteError),
    ];

    /// <param name="metric">The one that was asked for; null for the label's default.</param>
    /// <param name="kind">What the label is.</param>
    /// <param name="label">The label's column.</param>
    /// <param name="ofTokens">Whether each token has one.</param>
    /// <exception cref="ArgumentException">The metric is not for the label's type.</exception>
    public static MetricRule For(AttentionSearchMetric? metric, LabelKind kind, DataViewSchema.Column label, bool ofTokens = false)
    {
        var rules = (ofTokens ? TokenRules : Rules).Where(rule => rule.Kind == kind).ToArray();
        if (rules.Length == 0)
            throw new ArgumentException($"There is no metric for label column '{label.Name}', which is {label.Type}.");
        return metric is null ? rules[0] : Array.Find(rules, rule => rule.Metric == metric)
            ?? throw new ArgumentException($"Metric {metric} is not for label column '{label.Name}', which is {label.Type}: choose among "
                + $"{string.Join(", ", rules.Select(rule => rule.Metric))}.");
    }

    static AttentionTokenMetrics Tokens(IDataView view, MetricColumns columns) =>
        AttentionTokenMetrics.Evaluate(view, columns.Label, "PredictedLabel", columns.Mask, columns.Weight);

    static AttentionTokenRegressionMetrics Numbers(IDataView view, MetricColumns columns) =>
        AttentionTokenRegressionMetrics.Evaluate(view, columns.Label, "Score", columns.Mask, columns.Weight);
}

/// <summary>What predictions are compared with, by the names of the columns.</summary>
/// <param name="Label">The label.</param>
/// <param name="Mask">Which query tokens there are; null for all. Of labels of tokens.</param>
/// <param name="Weight">How much each row counts; null for all alike. Of labels of tokens; for those of rows there are
/// <see cref="WeightedMetrics"/>.</param>
readonly record struct MetricColumns(string Label, string? Mask = null, string? Weight = null)
{
    /// <summary>A mask is of keys: in cross-attention they are other tokens than those with labels.</summary>
    public static MetricColumns Of(MultiHeadAttentionOptions options) =>
        new(options.LabelColumnName!, options.KeyColumnName is null ? options.MaskColumnName : null, options.ExampleWeightColumnName);
}
