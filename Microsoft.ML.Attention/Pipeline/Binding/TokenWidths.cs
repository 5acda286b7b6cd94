using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Numbers in one token of each column, where known before the schema is.</summary>
/// <param name="Inputs">Of each input column.</param>
/// <param name="Keys">Of the key column.</param>
/// <param name="Values">Of the value column.</param>
sealed record TokenWidths(IReadOnlyList<int?> Inputs, int? Keys, int? Values)
{
    /// <summary>Those a fitted stage has.</summary>
    public static TokenWidths Of(Architecture a, int columns) =>
        new([.. Enumerable.Range(0, columns).Select(i => a.ReadsTokenIds ? (int?)null : a.EmbeddingDimensions[a.EmbeddingDimensions.Count == 1 ? 0 : i])], a.KeyDimension, a.ValueDimension);
}
