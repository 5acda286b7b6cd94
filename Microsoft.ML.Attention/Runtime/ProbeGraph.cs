using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The smallest graph that makes an execution provider show whether it works: one matrix product.</summary>
static class ProbeGraph
{
    /// <param name="type">What it computes in; its inputs and its output are floats.</param>
    public static Graph Build(ElementType type = ElementType.Float)
    {
        var graph = new Graph();
        graph.Output("y", graph.Input("a", 2, 2).Cast(type).MatMul(graph.Input("b", 2, 2).Cast(type)).Cast(ElementType.Float));
        return graph;
    }

    /// <summary>Runs it: only then does a device look at the kernels.</summary>
    /// <exception cref="OnnxRuntimeException">The provider or its device cannot.</exception>
    public static void Run(ElementType type, SessionOptions options)
    {
        using var session = new InferenceSession(OnnxModel.Serialize(Build(type)), options);
        using var matrix = OrtValue.CreateTensorValueFromMemory(new float[4], [2, 2]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["a", "b"], [matrix, matrix], ["y"]);
    }
}
