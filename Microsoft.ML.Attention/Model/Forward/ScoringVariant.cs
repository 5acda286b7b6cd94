namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Which inputs a scoring graph has, and what it gives beside the output.</summary>
/// <param name="HasMask">Whether some key tokens may not be there.</param>
/// <param name="HasQueryMask">Whether some query tokens of cross-attention may not be there.</param>
/// <param name="HasBias">Whether something is added to the scores.</param>
/// <param name="Weights">Which layers' attention weights it gives; null for none.</param>
/// <param name="MayMissIds">Whether some token ids may be -1, which are no tokens; of embeddings it says nothing.</param>
/// <param name="HasRollout">Whether it gives attention rollout.</param>
readonly record struct ScoringVariant(bool HasMask, bool HasQueryMask, bool HasBias, AttentionWeightsLayers? Weights, bool MayMissIds = true, bool HasRollout = false)
{
    /// <summary>Whether anything it gives is made of attention weights.</summary>
    public bool NeedsWeights => Weights is not null || HasRollout;
}
