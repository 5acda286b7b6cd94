using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What the rows of a batch bring to the graph. A null input is one the graph does without. With patches, tokens and masks are of
/// frames, the bias of patches.</summary>
sealed record ForwardInputs
{
    /// <summary>For each field of the architecture, embeddings <c>[B, T, E]</c> or ids <c>[B, T]</c>, counted from 0 through all tables of
    /// the field, -1 where missing.</summary>
    public required IReadOnlyList<Value> Fields { get; init; }

    /// <summary>Whether an id may be -1. Where none is, no mask is needed for them.</summary>
    public bool MayMissIds { get; init; } = true;

    /// <summary>True where there is a key token, <c>[B, S]</c>. In self-attention it speaks of the queries too.</summary>
    public Value? Mask { get; init; }

    /// <summary>Cross-attention's queries: true where there is a token, <c>[B, T]</c>.</summary>
    public Value? QueryMask { get; init; }

    /// <summary>Added to the scores, <c>[B, H, T, S]</c>.</summary>
    public Value? Bias { get; init; }

    /// <summary>Masked reconstruction: true where a token is hidden from the model, <c>[B, T]</c>.</summary>
    public Value? Hidden { get; init; }
}
