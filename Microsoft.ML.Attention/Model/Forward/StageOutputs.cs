using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>All that a stage can write: name, axes, and how the graph gives it. What is read of a row follows from these.</summary>
static class StageOutputs
{
    /// <summary>The tokens, or the one vector that they are pooled to.</summary>
    public static StageOutput Output { get; } = new()
    {
        Name = "output",
        Axes = a => a.Pooling == AttentionPooling.None
            ? [OutputAxis.Queries, a.NumberOfModels * a.FeatureDimension]
            : [a.NumberOfModels * a.FeatureDimension],
        Build = (_, outputs) => outputs.Output,
    };

    /// <summary>The last layer's attention weights.</summary>
    public static StageOutput LastWeights { get; } = new()
    {
        Name = "weights",
        Axes = a => [a.NumberOfHeads, OutputAxis.Queries, OutputAxis.Keys],
        Build = (_, outputs) => outputs.AttentionWeights[^1],
        NeedsAttentionWeights = true,
    };

    /// <summary>The attention weights of all layers.</summary>
    public static StageOutput AllWeights { get; } = new()
    {
        Name = "all_weights",
        Axes = a => [a.NumberOfLayers, a.NumberOfHeads, OutputAxis.Queries, OutputAxis.Keys],
        Build = (_, outputs) => Operators.Concat(1, [.. outputs.AttentionWeights.Select(w => w.Unsqueeze(1))]),
        NeedsAttentionWeights = true,
    };

    /// <summary>How far each token is from what the others tell of it.</summary>
    public static StageOutput ReconstructionError { get; } = new()
    {
        Name = "reconstruction_error",
        Axes = a => [OutputAxis.OwnQueries(a)],
        Build = (pass, outputs) => pass.ReconstructionErrors(outputs),
        IsCostly = true,
    };

    /// <summary>Attention through all layers, from each token to each.</summary>
    public static StageOutput Rollout { get; } = new()
    {
        Name = "rollout",
        Axes = _ => [OutputAxis.Queries, OutputAxis.Queries],
        Build = (pass, outputs) => pass.Rollout(outputs),
        NeedsAttentionWeights = true,
    };

    /// <summary>What the classifier says of each class, or of true; or the number that it predicts.</summary>
    public static StageOutput Score { get; } = new()
    {
        Name = "score",
        Axes = a => a.Prediction!.ScoreAxes(a),
        Build = (pass, outputs) => pass.Scores(outputs),
        ScoreValueKind = "Score",
    };

    /// <summary>The probability of true.</summary>
    public static StageOutput Probability { get; } = new()
    {
        Name = "probability",
        Axes = a => a.Prediction!.LabelAxes(a),
        Build = (pass, outputs) => pass.Probabilities(outputs),
        ScoreValueKind = "Probability",
    };

    /// <summary>The likeliest label.</summary>
    public static StageOutput PredictedLabel { get; } = new()
    {
        Name = "predicted_label",
        Axes = a => a.Prediction!.LabelAxes(a),
        Build = (pass, outputs) => pass.PredictedLabels(outputs),
        IsLabel = true,
        ScoreValueKind = "PredictedLabel",
    };
}
