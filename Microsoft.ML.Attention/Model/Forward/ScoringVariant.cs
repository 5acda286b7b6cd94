namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Which inputs a scoring graph has, and what it gives.</summary>
/// <param name="HasMask">Whether some key tokens may not be there.</param>
/// <param name="HasQueryMask">Whether some query tokens of cross-attention may not be there.</param>
/// <param name="HasBias">Whether something is added to the scores.</param>
/// <param name="Outputs">What it gives; null for nothing yet.</param>
/// <param name="MayMissIds">Whether some token ids may be -1, which are no tokens; of embeddings it says nothing.</param>
readonly record struct ScoringVariant(bool HasMask, bool HasQueryMask, bool HasBias, ValueList<StageOutput>? Outputs = null,
    bool MayMissIds = true)
{
    /// <summary>Whether anything it gives is made of attention weights.</summary>
    public bool NeedsWeights
    {
        get
        {
            for (var i = 0; i < Outputs?.Count; i++)
                if (Outputs[i].NeedsAttentionWeights)
                    return true;
            return false;
        }
    }
}
