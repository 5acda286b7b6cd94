using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Search;

/// <summary>A metric for one kind of label: which way is better, and how ML.NET computes it.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Kind">The labels that it is for.</param>
/// <param name="IsHigherBetter">False for losses and errors.</param>
/// <param name="Evaluate">From a view of predictions and the label's column name.</param>
sealed record MetricRule(AttentionSearchMetric Metric, LabelKind Kind, bool IsHigherBetter, Func<MLContext, IDataView, string, double> Evaluate)
{
    /// <summary>The first of a kind is its default.</summary>
    static readonly MetricRule[] Rules =
    [
        new(AttentionSearchMetric.MicroAccuracy, LabelKind.Class, true, (ml, view, label) => ml.MulticlassClassification.Evaluate(view, label).MicroAccuracy),
        new(AttentionSearchMetric.MacroAccuracy, LabelKind.Class, true, (ml, view, label) => ml.MulticlassClassification.Evaluate(view, label).MacroAccuracy),
        new(AttentionSearchMetric.LogLoss, LabelKind.Class, false, (ml, view, label) => ml.MulticlassClassification.Evaluate(view, label).LogLoss),
        new(AttentionSearchMetric.Accuracy, LabelKind.Boolean, true, (ml, view, label) => ml.BinaryClassification.EvaluateNonCalibrated(view, label).Accuracy),
        new(AttentionSearchMetric.AreaUnderRocCurve, LabelKind.Boolean, true, (ml, view, label) => ml.BinaryClassification.EvaluateNonCalibrated(view, label).AreaUnderRocCurve),
        new(AttentionSearchMetric.F1Score, LabelKind.Boolean, true, (ml, view, label) => ml.BinaryClassification.EvaluateNonCalibrated(view, label).F1Score),
        new(AttentionSearchMetric.LogLoss, LabelKind.Boolean, false, (ml, view, label) => ml.BinaryClassification.Evaluate(view, label).LogLoss),
        new(AttentionSearchMetric.RSquared, LabelKind.Number, true, (ml, view, label) => ml.Regression.Evaluate(view, label).RSquared),
        new(AttentionSearchMetric.RootMeanSquaredError, LabelKind.Number, false, (ml, view, label) => ml.Regression.Evaluate(view, label).RootMeanSquaredError),
        new(AttentionSearchMetric.MeanAbsoluteError, LabelKind.Number, false, (ml, view, label) => ml.Regression.Evaluate(view, label).MeanAbsoluteError),
    ];

    /// <summary>Of labels of tokens.</summary>
    static readonly MetricRule[] TokenRules =
    [
        new(AttentionSearchMetric.MicroAccuracy, LabelKind.Class, true, (_, view, label) => AttentionTokenMetrics.Evaluate(view, label).Accuracy),
        new(AttentionSearchMetric.F1Score, LabelKind.Class, true, (_, view, label) => AttentionTokenMetrics.Evaluate(view, label).MacroF1),
        new(AttentionSearchMetric.EntityF1, LabelKind.Class, true, (_, view, label) => AttentionTokenMetrics.Evaluate(view, label).EntityF1),
        new(AttentionSearchMetric.Accuracy, LabelKind.Boolean, true, (_, view, label) => AttentionTokenMetrics.Evaluate(view, label).Accuracy),
        new(AttentionSearchMetric.F1Score, LabelKind.Boolean, true, (_, view, label) => AttentionTokenMetrics.Evaluate(view, label).MacroF1),
        new(AttentionSearchMetric.RSquared, LabelKind.Number, true, (_, view, label) => AttentionTokenRegressionMetrics.Evaluate(view, label).RSquared),
        new(AttentionSearchMetric.RootMeanSquaredError, LabelKind.Number, false, (_, view, label) => AttentionTokenRegressionMetrics.Evaluate(view, label).RootMeanSquaredError),
        new(AttentionSearchMetric.MeanAbsoluteError, LabelKind.Number, false, (_, view, label) => AttentionTokenRegressionMetrics.Evaluate(view, label).MeanAbsoluteError),
    ];

    /// <param name="metric">The one that was asked for; null for the label's default.</param>
    /// <param name="kind">What the label is.</param>
    /// <param name="label">The label's column.</param>
    /// <param name="ofTokens">Whether each token has one.</param>
    /// <exception cref="ArgumentException">The metric is not for the label's type.</exception>
    public static MetricRule For(AttentionSearchMetric? metric, LabelKind kind, DataViewSchema.Column label, bool ofTokens = false)
    {
        var rules = (ofTokens ? TokenRules : Rules).Where(rule => rule.Kind == kind).ToArray();
        return metric is null ? rules[0] : Array.Find(rules, rule => rule.Metric == metric)
            ?? throw new ArgumentException($"Metric {metric} is not for label column '{label.Name}', which is {label.Type}: choose among {string.Join(", ", rules.Select(rule => rule.Metric))}.");
    }
}
