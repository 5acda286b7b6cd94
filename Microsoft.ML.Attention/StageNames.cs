using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Pipeline.Binding;

namespace Microsoft.ML.Attention;

/// <summary>What the options say about columns, for the floor that binds them.</summary>
static class StageNames
{
    public static StageColumns Of(MultiHeadAttentionOptions o) => new()
    {
        Inputs = o.InputColumnNames,
        Keys = o.KeyColumnName,
        Values = o.ValueColumnName,
        TokenPerElement = o.TokenPerElement,
        Order = o.ElementOrder,
        Mask = o.MaskColumnName,
        Bias = o.AttentionBiasColumnName,
        Pairs = o.PairColumnNames,
        Label = o.LabelColumnName,
        Weight = o.ExampleWeightColumnName,
        Outputs = [.. Written(o).Where(column => !string.IsNullOrEmpty(column.Name))
            .Select(column => new OutputColumn(column.Name!, column.Output))],
    };

    /// <summary>Every output that the options can name, in the order of the columns.</summary>
    static IEnumerable<(string? Name, StageOutput Output)> Written(MultiHeadAttentionOptions o) =>
    [
        (o.OutputColumnName, StageOutputs.Output),
        (o.AttentionWeightsColumnName, o.AttentionWeightsLayers == AttentionWeightsLayers.All
            ? StageOutputs.AllWeights
            : StageOutputs.LastWeights),
        (o.AttentionRolloutColumnName, StageOutputs.Rollout),
        (o.ReconstructionErrorColumnName, StageOutputs.ReconstructionError),
        (o.PredictedLabelColumnName, StageOutputs.PredictedLabel),
        (o.ScoreColumnName, StageOutputs.Score),
        (o.ProbabilityColumnName, StageOutputs.Probability),
    ];

    public static TokenWidths Widths(MultiHeadAttentionOptions o) =>
        new([.. o.InputColumnNames.Select(_ => o.EmbeddingDimension)], o.KeyDimension, o.ValueDimension, o.KeyDimension
            ?? o.EmbeddingDimension);
}
