namespace Microsoft.ML.Attention;

/// <summary>What a search found.</summary>
public sealed class AttentionSearchResult
{
    internal AttentionSearchResult(IReadOnlyList<AttentionTrial> trials, MultiHeadAttentionTransformer transformer) =>
        (Trials, BestTransformer) = (trials, transformer);

    /// <summary>Each trial as it was last scored: those that learned longest first, among them by their score;
    /// then those that failed.</summary>
    public IReadOnlyList<AttentionTrial> Trials { get; }

    /// <summary>The first of the trials.</summary>
    /// <remarks>Its score is the best of many, and so a little better than what new rows will show.</remarks>
    public AttentionTrial Best => Trials[0];

    /// <summary>The best trial's options.</summary>
    public MultiHeadAttentionOptions BestOptions => Best.Options;

    /// <summary>The stage, fitted with these options on all rows of the search. The caller's to dispose.</summary>
    public MultiHeadAttentionTransformer BestTransformer { get; }
}
