namespace Microsoft.ML.Attention.Search;

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
