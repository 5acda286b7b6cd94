using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>What training does to the forward pass, and scoring does not: dropout in the places where an encoder has it.
/// Analysis silences heads there.</summary>
interface INoise
{
    /// <summary>On attention weights, block outputs and feed-forward activations.</summary>
    Value Drop(Value x);

    /// <summary>On whole heads, <c>[B, H, T, D]</c>.</summary>
    Value DropHeads(Value heads);
}
