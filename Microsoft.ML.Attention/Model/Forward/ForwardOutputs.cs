using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What the graph computes.</summary>
/// <param name="Tokens">The tokens after the last layer, <c>[B, T, W]</c>, zeros where the mask is false.</param>
/// <param name="Pooled">The rows, <c>[B, W]</c>; null without pooling.</param>
/// <param name="QueryMask">True where there is a query token, <c>[B, T]</c>; null when there is one everywhere.</param>
/// <param name="AttentionWeights">Each layer's softmax, <c>[B, H, T, S]</c>; empty unless asked for.</param>
/// <param name="Targets">What masked reconstruction reads out: the embeddings before any is hidden, <c>[B, T, E]</c> for each column of its
/// own width, or the ids, <c>[B, T]</c>.</param>
sealed record ForwardOutputs(Value Tokens, Value? Pooled, Value? QueryMask, IReadOnlyList<Value> AttentionWeights,
    IReadOnlyList<Value> Targets)
{
    /// <summary>Of several models, what each of them computes, whose tokens and rows are side by side here; empty for one.</summary>
    public IReadOnlyList<(ForwardPass Pass, ForwardOutputs Outputs)> Models { get; init; } = [];

    /// <summary>The tokens with the class token before them, where there is one.</summary>
    public required Value All { get; init; }

    /// <summary>Where those are.</summary>
    public required Value? AllMask { get; init; }

    /// <summary>What the stage's output column holds.</summary>
    public Value Output => Pooled ?? Tokens;
}
