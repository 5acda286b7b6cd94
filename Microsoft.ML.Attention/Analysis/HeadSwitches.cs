using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>Switches as inputs of the graph, a vector a layer: a head's result is multiplied by 1, or by 0, as if its columns of
/// <c>out_proj</c> were zero.</summary>
/// <param name="layers">The layers that have heads, in the order in which the forward pass comes to them.</param>
sealed class HeadSwitches(IEnumerable<int> layers) : INoise
{
    readonly Queue<int> _layers = new(layers);

    /// <summary>What a layer's switches are called, <c>[H]</c>.</summary>
    public static string NameOf(int layer) => $"heads.{layer}";

    public Value Drop(Value x) => x;

    public Value DropHeads(Value heads)
    {
        var switches = heads.Graph.Input(NameOf(_layers.Dequeue()), heads.Shape[1]);
        return heads * switches.Unsqueeze(1, 2);                                // [B, H, T, D] * [H, 1, 1]
    }
}
