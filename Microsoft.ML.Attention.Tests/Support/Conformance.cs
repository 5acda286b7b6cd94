using System.Runtime.InteropServices;
using Microsoft.ML.Attention.Graphs.Onnx;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A case of the ONNX standard's own suite: one operator, its inputs, and what must come out.</summary>
/// <remarks>A folder holds <c>model.onnx</c>, a graph of one node, and <c>test_data_set_0</c> with a tensor a file, in the order of the
/// graph's inputs and outputs.</remarks>
sealed class Conformance
{
    const string Root = "conformance/onnx-node";

    /// <summary>The operator, as in <c>Attention</c>.</summary>
    public required string OperatorType { get; init; }

    /// <summary>The version of the standard operators that the case was written for.</summary>
    public required long OperatorSet { get; init; }

    /// <summary>The node's attributes by name; a number whether stored as integer or as float.</summary>
    public required IReadOnlyDictionary<string, double> Attributes { get; init; }

    /// <summary>The node's inputs in order, as (name, tensor): its place says what an input is.</summary>
    public required IReadOnlyList<(string Name, StoredTensor Tensor)> Inputs { get; init; }

    /// <summary>The outputs that the case has values for, by name.</summary>
    public required IReadOnlyDictionary<string, StoredTensor> Outputs { get; init; }

    /// <summary>The names of all cases that are there; the test is inconclusive where there are none.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Directory.GetDirectories(SharedData.Require(Root)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Reads a case; the test is inconclusive where it is absent.</summary>
    public static Conformance Load(string name)
    {
        var folder = SharedData.Require($"{Root}/{name}");
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var node = model.Graph.Node.Single();
        var tensors = Directory.GetFiles(Path.Combine(folder, "test_data_set_0"), "*.pb")
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => TensorProto.Parser.ParseFrom(File.ReadAllBytes(path)));
        return new Conformance
        {
            OperatorType = node.OpType,
            OperatorSet = model.OpsetImport.Single(set => set.Domain == "").Version,
            Attributes = node.Attribute.ToDictionary(attribute => attribute.Name, attribute =>
                attribute.HasF ? attribute.F : (double)attribute.I),
            Inputs = [.. node.Input.Select((input, n) => (input, Stored(tensors[$"input_{n}"])))],
            Outputs = model.Graph.Output.Select((output, n) => (output.Name, Tensor: Stored(tensors[$"output_{n}"])))
                .ToDictionary(output => output.Name, output => output.Tensor),
        };
    }

    /// <summary>The attribute, or the default where the node has none.</summary>
    public double Attribute(string name, double otherwise) => Attributes.GetValueOrDefault(name, otherwise);

    static StoredTensor Stored(TensorProto tensor)
    {
        var bytes = tensor.RawData.Span;
        return new StoredTensor([.. tensor.Dims.Select(size => (int)size)], (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            TensorProto.Types.DataType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            TensorProto.Types.DataType.Bool => MemoryMarshal.Cast<byte, bool>(bytes).ToArray(),
            var type => throw new NotSupportedException($"The tests read FLOAT, INT64 and BOOL, not {type}."),
        });
    }
}
