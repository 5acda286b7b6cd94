using Microsoft.ML.Attention.Pipeline.Binding;

namespace Microsoft.ML.Attention;

/// <summary>What the options say about columns, for the floor that binds them.</summary>
static class StageNames
{
    public static StageColumns Of(MultiHeadAttentionOptions o) => new()
    {
        Output = o.OutputColumnName,
        Inputs = o.InputColumnNames,
        Keys = o.KeyColumnName,
        Values = o.ValueColumnName,
        Mask = o.MaskColumnName,
        Bias = o.AttentionBiasColumnName,
        Weights = o.AttentionWeightsColumnName,
        WeightsLayers = o.AttentionWeightsColumnName is null ? null : o.AttentionWeightsLayers,
        Rollout = o.AttentionRolloutColumnName,
        Label = o.LabelColumnName,
    };

    public static TokenWidths Widths(MultiHeadAttentionOptions o) =>
        new([.. o.InputColumnNames.Select(_ => o.EmbeddingDimension)], o.KeyDimension ?? o.EmbeddingDimension, o.ValueDimension ?? o.KeyDimension ?? o.EmbeddingDimension);
}
