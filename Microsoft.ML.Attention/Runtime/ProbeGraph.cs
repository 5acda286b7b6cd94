using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The smallest graph that makes an execution provider show whether it works: one matrix product.</summary>
static class ProbeGraph
{
    public static Graph Build()
    {
        var graph = new Graph();
        graph.Output("y", graph.Input("a", 2, 2).MatMul(graph.Input("b", 2, 2)));
        return graph;
    }
}
