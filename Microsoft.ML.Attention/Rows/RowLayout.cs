using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Which inputs the rows of a stage bring.</summary>
/// <param name="EmbeddingDimensions">Numbers in one token of each token input; empty where tokens are ids.</param>
/// <param name="KeyDimension">Numbers in one key token; null in self-attention.</param>
/// <param name="ValueDimension">Numbers in one value token; null where the keys are the values.</param>
/// <param name="HasMask">Whether a mask comes with each row.</param>
/// <param name="HasBias">Whether a bias comes with each row.</param>
/// <param name="NumberOfHeads">Heads of the bias.</param>
sealed record RowLayout(IReadOnlyList<int> EmbeddingDimensions, int? KeyDimension, int? ValueDimension, bool HasMask, bool HasBias, int NumberOfHeads)
{
    /// <summary>How frames, which rows bring, become tokens, which outputs and the bias speak of.</summary>
    public Patches Patches { get; init; } = Patches.None;

    public bool IsCrossAttention => KeyDimension is not null;

    public bool ReadsTokenIds => EmbeddingDimensions.Count == 0;

    public static RowLayout Of(Architecture a, bool hasMask, bool hasBias) =>
        new(a.ReadsTokenIds ? [] : a.EmbeddingDimensions, a.KeyDimension, a.ValueDimension, hasMask, hasBias, a.NumberOfHeads) { Patches = a.Patches };
}
