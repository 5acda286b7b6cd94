using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What decides, beside the architecture, which keys a query sees.</summary>
/// <param name="Mask">True where there is a key token, <c>[B, S]</c>; null for everywhere.</param>
/// <param name="Bias">Added to the scores, <c>[B, H, T, S]</c>; -∞ hides a key.</param>
sealed record Visibility(Value? Mask, Value? Bias);
