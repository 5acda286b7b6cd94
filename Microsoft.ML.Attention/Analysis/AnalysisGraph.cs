using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>A stage as a graph that gives its output and the attention weights of each layer,
/// and whose heads can be silenced from run to run.</summary>
/// <remarks>With switches for inputs, one session with one copy of the parameters serves every head;
/// a session a head would hold a copy each.</remarks>
static class AnalysisGraph
{
    /// <summary>The output of a layer's attention weights, <c>[B, H, T, S]</c>,
    /// heads at the numbers they had before any was pruned.</summary>
    public static string WeightsOf(int layer) => $"weights.{layer}";

    /// <summary>The layers that have heads, and so switches.</summary>
    public static IEnumerable<int> LayersWithHeads(Architecture a) =>
        Enumerable.Range(0, a.NumberOfLayers).Where(layer => a.HeadsOf(layer).Count > 0);

    /// <param name="a">What to build.</param>
    /// <param name="tensors">Every tensor of the layout.</param>
    /// <param name="variant">The inputs.</param>
    /// <param name="names">Their names, and that of the output.</param>
    public static Graph Build(Architecture a, AttentionParameters tensors, ScoringVariant variant, ScoringNames names)
    {
        var graph = new Graph();
        var parameters = tensors.All.ToDictionary(t => t.Key, t =>
            graph.Initializer(t.Key, t.Value.Values, [.. t.Value.Shape.Select(size => (Dim)size)]));
        var pass = new ForwardPass(graph, a, parameters, AttentionForm.Decomposed, new HeadSwitches(LayersWithHeads(a)));
        var outputs = pass.Build(ScoringGraph.Inputs(a, graph, variant, names), withAttentionWeights: true);
        graph.Output(names.Of(StageOutputs.Output), outputs.Output);
        for (var layer = 0; layer < a.NumberOfLayers; layer++)
            graph.Output(WeightsOf(layer), outputs.AttentionWeights[layer]);
        return graph;
    }
}

/// <summary>Switches as inputs of the graph, a vector a layer: a head's result is multiplied by 1, or by 0,
/// as if its columns of <c>out_proj</c> were zero.</summary>
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
