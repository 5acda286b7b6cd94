using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>What scores a run: a graph, by its inputs and outputs and how attention is written in it, and the threads on the CPU.</summary>
/// <param name="Variant">Inputs and outputs.</param>
/// <param name="Form">How attention is written.</param>
/// <param name="OneThread">Whether a run has one thread, as other runs have theirs; otherwise it has all that the stage may use.</param>
readonly record struct ScoringPath(ScoringVariant Variant, AttentionForm Form, bool OneThread = false)
{
    /// <summary>
    /// Keys from which on <see cref="AttentionForm.Flash"/> is the faster form on the CPU. Measured, its time relative to the operator
    /// Attention's: 1.1 at 64 keys; 0.8 (heads of 16 numbers) to 1.0 (of 32) at 128; 0.7 at 2,048.
    /// </summary>
    public const int LongRow = 128;

    /// <summary>The fastest form that the provider has and the row allows; all of them give the same numbers.</summary>
    public static ScoringPath Of(ExecutionProvider provider, Architecture a, ScoringVariant variant, int keys) =>
        new(variant, provider.Facts().Form(keys, SeesAll(a, variant)));

    /// <summary>Whether every query sees every key by its score alone, and the scores are not asked for.</summary>
    static bool SeesAll(Architecture a, ScoringVariant variant) => !variant.NeedsWeights
        && !ScoreTerm.Of(a, variant.HasMask || a.HoldsIds && variant.MayMissIds, variant.HasBias).Any();
}
