using Microsoft.ML.Attention.Graphs.Onnx;
using static Microsoft.ML.Attention.Model.Checkpoints.OnnxParameterGraph;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Finds the linear layers, norms and fused attentions of a graph, with the parameters each reads.</summary>
static class OnnxModules
{
    /// <summary>In the order of their nodes.</summary>
    public static IReadOnlyList<OnnxModule> Find(OnnxParameterGraph graph)
    {
        var modules = new List<OnnxModule>();
        var linear = new Dictionary<string, OnnxModule>(); // by its output, before and after its bias
        foreach (var node in graph.Nodes)
        {
            if (Module(graph, node) is { } module)
            {
                modules.Add(module);
                if (module.Kind == OnnxModuleKind.Linear && module.Output.Length > 0)
                    linear.TryAdd(module.Output, module);
            }
            AddBias(graph, node, linear);
        }
        return modules;
    }

    static OnnxModule? Module(OnnxParameterGraph graph, NodeProto node) => node.OpType switch
    {
        "MatMul" => Linear(graph, node, isInOut: true),
        "FusedMatMul" when Flag(node, "alpha", 1) && Flag(node, "transA", 0) => Linear(graph, node, isInOut: Flag(node, "transB", 0)),
        "Gemm" when Flag(node, "alpha", 1) && Flag(node, "beta", 1) && Flag(node, "transA", 0) =>
            Linear(graph, node, isInOut: Flag(node, "transB", 0), bias: 2),
        "Attention" when node.Domain == "com.microsoft" => // the standard's reads no parameters
            Linear(graph, node, isInOut: true, bias: 2, OnnxModuleKind.Attention),
        "LayerNormalization" => Norm(graph, node, Summands(graph, Input(node, 0)), weight: 1, bias: 2),
        "RMSNormalization" or "SimplifiedLayerNormalization" => Norm(graph, node, Summands(graph, Input(node, 0)), weight: 1),
        "SkipLayerNormalization" => Norm(graph, node, [Input(node, 0), Input(node, 1)], weight: 2, bias: 3),
        "SkipSimplifiedLayerNormalization" => Norm(graph, node, [Input(node, 0), Input(node, 1)], weight: 2),
        "EmbedLayerNormalization" => Norm(graph, node, [], weight: 5, bias: 6),
        _ => null,
    };

    static OnnxModule? Linear(OnnxParameterGraph graph, NodeProto node, bool isInOut, int bias = int.MaxValue,
        OnnxModuleKind kind = OnnxModuleKind.Linear) =>
        graph.Constant(node, 1) is { IsFloat: true, Matrix: { Rows: >= 0, Columns: >= 0 } } weight && graph.Constant(node, 0) is null
            ? new OnnxModule
            {
                Kind = kind,
                Node = node,
                Inputs = [Input(node, 0)],
                Output = Output(node),
                Weight = weight,
                IsInOut = isInOut,
                Bias = graph.Constant(node, bias)
            }
            : null;

    static OnnxModule? Norm(OnnxParameterGraph graph, NodeProto node, IReadOnlyList<string> inputs, int weight, int bias = int.MaxValue) =>
        graph.Constant(node, weight) is { IsFloat: true } gains
            ? new OnnxModule
            {
                Kind = OnnxModuleKind.Norm,
                Node = node,
                Inputs = inputs,
                Output = Output(node),
                Weight = gains,
                Bias = graph.Constant(node, bias)
            }
            : null;

    static IReadOnlyList<string> Summands(OnnxParameterGraph graph, string value) =>
        graph.Producer(value) is { OpType: "Add" } sum ? [Input(sum, 0), Input(sum, 1)] : [value];

    /// <summary>Exporters add a bias in a node of its own, and fusions move it into the next one.</summary>
    static void AddBias(OnnxParameterGraph graph, NodeProto node, Dictionary<string, OnnxModule> linear)
    {
        switch (node.OpType)
        {
            case "Add":
                if ((Add(0, 1) ?? Add(1, 0)) is { Output.Length: > 0 } sum)
                    linear.TryAdd(sum.Output, sum);
                break;
            case "BiasGelu" or "FastGelu":
                Add(0, 1);
                break;
            case "SkipLayerNormalization":
                _ = Add(0, 4) ?? Add(1, 4);
                break;
            case "SkipSimplifiedLayerNormalization":
                _ = Add(0, 3) ?? Add(1, 3);
                break;
            case "MultiHeadAttention": // com.microsoft: one bias for queries, keys and values
                var offset = 0L;
                for (var i = 0; i < 3 && Add(i, 3, offset) is { } projection; i++)
                    offset += projection.Width;
                break;
        }

        OnnxModule? Add(int value, int bias, long? offset = null)
        {
            if (!linear.TryGetValue(Input(node, value), out var module) || module.Bias is not null
                || graph.Constant(node, bias) is not { IsFloat: true, Tensor.Dims: [var length] } constant
                || (offset is null ? length != module.Width : length - offset < module.Width))
                return null;
            module.Bias = constant;
            module.BiasOffset = offset;
            if (node.OpType == "Add")
                module.Output = Output(node);
            return module;
        }
    }

    /// <summary>Whether a number that a node may leave out has its usual value.</summary>
    static bool Flag(NodeProto node, string name, int usual) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name) is not { } attribute
            || (attribute.HasF ? attribute.F == usual : attribute.I == usual);
}
