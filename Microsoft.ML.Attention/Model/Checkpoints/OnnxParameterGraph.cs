using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.Checkpoints.Dialects;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>The nodes of an ONNX graph in their order, and the constants they read.</summary>
/// <remarks>Every value was found to be made once, and before it is read, so there are no cycles.</remarks>
sealed class OnnxParameterGraph
{
    readonly Dictionary<string, OnnxConstant> _constants = [];
    readonly Dictionary<string, int> _uses = [];
    readonly Dictionary<string, NodeProto> _producers = [];
    readonly ILookup<string, NodeProto> _readers;

    /// <exception cref="InvalidDataException">A name is given twice, or a node reads what nothing before it makes.</exception>
    public OnnxParameterGraph(GraphProto graph, string path)
    {
        foreach (var initializer in graph.Initializer)
            if (!_constants.TryAdd(initializer.Name, new OnnxConstant(initializer.Name, initializer)))
                throw new InvalidDataException($"'{path}' has two initializers '{initializer.Name}'.");
        var known = _constants.Keys.Concat(graph.Input.Select(input => input.Name)).ToHashSet();
        foreach (var node in graph.Node)
        {
            foreach (var input in node.Input)
                if (input.Length > 0 && !known.Contains(input))
                    throw new InvalidDataException($"'{path}': node '{node.Name}' ({node.OpType}) reads '{input}', which is no input, no "
                        + "initializer and not the output of a node before it.");
            foreach (var output in node.Output)
                if (output.Length > 0 && !known.Add(output))
                    throw new InvalidDataException(
                        $"'{path}': node '{node.Name}' ({node.OpType}) makes '{output}', which is there already.");
            if (Output(node).Length > 0 && Fold(node) is { } constant)
                _constants.Add(Output(node), constant);
            else
                foreach (var read in node.Input.Select(Constant).OfType<OnnxConstant>())
                    _uses[read.Name] = _uses.GetValueOrDefault(read.Name) + 1;
            foreach (var output in node.Output)
                _producers[output] = node;
        }
        Nodes = graph.Node;
        Named = [.. from constant in _constants
                    where constant.Key == constant.Value.Name && (!_producers.ContainsKey(constant.Key) || IsParameter(constant.Key))
                    select constant.Value];
        _readers = graph.Node.SelectMany(node => node.Input.Distinct().Select(input => (input, node)))
            .ToLookup(read => read.input, read => read.node);
    }

    public IReadOnlyList<NodeProto> Nodes { get; }

    /// <summary>The initializers, and the parameters that were merged with them.</summary>
    public IReadOnlyList<OnnxConstant> Named { get; }

    public OnnxConstant? Constant(string value) => value.Length > 0 ? _constants.GetValueOrDefault(value) : null;

    public OnnxConstant? Constant(NodeProto node, int input) => Constant(Input(node, input));

    /// <summary>Empty for an input that is left out.</summary>
    public static string Input(NodeProto node, int index) => index < node.Input.Count ? node.Input[index] : "";

    public static string Output(NodeProto node) => node.Output.Count > 0 ? node.Output[0] : "";

    /// <summary>How many times nodes read a constant.</summary>
    public int Uses(OnnxConstant constant) => _uses.GetValueOrDefault(constant.Name);

    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    public IEnumerable<NodeProto> Readers(string value) => value.Length > 0 ? _readers[value] : [];

    /// <summary>The constant that a node makes of another, when that is the same numbers.</summary>
    OnnxConstant? Fold(NodeProto node) => (node.OpType, node.Input.Count > 0 ? Constant(node.Input[0]) : null) switch
    {
        ("Constant", _) when node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } tensor =>
            new OnnxConstant(node.Output[0], tensor),
        // PyTorch's way of merging equal parameters
        ("Identity", { } constant) => IsParameter(node.Output[0]) ? constant with { Name = node.Output[0] } : constant,
        ("Cast", { IsFloat: true } constant) => constant,
        ("Transpose", { Matrix: not null } constant) when Permutation(node) is null or [1, 0] =>
            constant with { IsTransposed = !constant.IsTransposed },
        _ => null,
    };

    static IReadOnlyList<long>? Permutation(NodeProto node) => node.Attribute.FirstOrDefault(attribute => attribute.Name == "perm")?.Ints;

    /// <summary>Whether a name is one that a model gave a parameter, not one that an exporter made up.</summary>
    public static bool IsParameter(string name) => Stem.Split(name).Word is "weight" or "bias" or "gamma" or "beta";
}
