using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using AttributeType = Microsoft.ML.Attention.Graphs.Onnx.AttributeProto.Types.AttributeType;

namespace Microsoft.ML.Attention.Graphs;

/// <summary>Where the bytes of a tensor lie outside of the model that names it.</summary>
/// <param name="File">The file, from the model's folder on.</param>
/// <param name="Start">The byte that they begin with.</param>
readonly record struct ExternalPlace(string File, long Start);

/// <summary>A graph as an ONNX model, with the nodes and initializers that its outputs need.</summary>
static class OnnxModel
{
    /// <summary>The file format of ONNX 1.16 and later.</summary>
    const long IrVersion = 10;

    /// <summary>ONNX 1.13, the first operator set in which reductions take their axes as an input. The lower, the more execution providers
    /// have its operators: Sin of 22 not all.</summary>
    const long OperatorSet = 18;

    /// <summary>ONNX 1.18, the first with Attention.</summary>
    const long OperatorSetOfAttention = 23;

    /// <summary>Bytes that one message can hold: Protocol Buffers count them in 32 bits, and nodes need some.</summary>
    public const long MostInside = int.MaxValue - (64 << 20);

    /// <param name="g">The graph.</param>
    /// <param name="outside">Where an initializer's bytes lie, if not in the message; asked of each that is needed.</param>
    public static byte[] Serialize(Graph g, Func<Initializer, ExternalPlace?>? outside = null) => ToProto(g, outside).ToByteArray();

    public static ModelProto ToProto(Graph g, Func<Initializer, ExternalPlace?>? outside = null)
    {
        var (nodes, used) = Needed(g);
        var graph = new GraphProto { Name = "graph" };
        graph.Input.Add(g.Inputs.Select(ToProto));
        graph.Output.Add(g.Outputs.Select(ToProto));
        graph.Initializer.Add(g.Initializers.Where(i => used.Contains(i.Value)).Select(i => ToProto(i, outside?.Invoke(i))));
        graph.Node.Add(nodes.Select(n => ToProto(n, used)));
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "Microsoft.ML.Attention", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto
        {
            Domain = "",
            Version = nodes.Any(n => n is { Op: "Attention", Domain: "" })
            ? OperatorSetOfAttention
            : OperatorSet
        });
        model.OpsetImport.Add(nodes.Select(n => n.Domain).Where(d => d != "").Distinct()
            .Select(d => new OperatorSetIdProto { Domain = d, Version = 1 }));
        return model;
    }

    /// <summary>The nodes on the way to an output, in order, and the values they read.
    /// Gradient rules leave behind what nobody asked for.</summary>
    static (Node[] Nodes, HashSet<Value> Used) Needed(Graph g)
    {
        var used = new HashSet<Value>(g.Outputs);
        var nodes = new Stack<Node>();
        foreach (var node in Enumerable.Reverse(g.Nodes))
        {
            if (!node.Outputs.Any(used.Contains))
                continue;
            nodes.Push(node);
            used.UnionWith(node.Inputs.OfType<Value>());
        }
        return ([.. nodes], used);
    }

    static NodeProto ToProto(Node node, HashSet<Value> used)
    {
        var proto = new NodeProto { Name = node.Path + node.Outputs[0].Name, OpType = node.Op, Domain = node.Domain };
        proto.Input.Add(WithoutTrailing(node.Inputs.Select(i => i?.Name ?? "")));
        // Split must give all of its outputs; whatever else gives several must give the first.
        proto.Output.Add(WithoutTrailing(node.Outputs.Select((o, i) => i == 0 || node.Op == "Split" || used.Contains(o) ? o.Name : "")));
        proto.Attribute.Add(node.Attributes.Select(a => ToProto(a.Key, a.Value)));
        return proto;
    }

    /// <summary>An optional input or output is left out by an empty name, or, last in the list, altogether.</summary>
    static IEnumerable<string> WithoutTrailing(IEnumerable<string> names) => names.Reverse().SkipWhile(n => n == "").Reverse();

    static AttributeProto ToProto(string name, object value)
    {
        var proto = new AttributeProto { Name = name };
        switch (value)
        {
            case long x: (proto.Type, proto.I) = (AttributeType.Int, x); break;
            case float x: (proto.Type, proto.F) = (AttributeType.Float, x); break;
            case string x: (proto.Type, proto.S) = (AttributeType.String, ByteString.CopyFromUtf8(x)); break;
            case long[] xs: proto.Type = AttributeType.Ints; proto.Ints.Add(xs); break;
            default: throw new NotSupportedException($"The attribute '{name}' is a {value.GetType().Name}.");
        }
        return proto;
    }

    static TensorProto ToProto(Initializer initializer, ExternalPlace? outside)
    {
        var proto = new TensorProto { Name = initializer.Value.Name, DataType = (int)initializer.Value.Type };
        if (outside is { } place)
        {
            proto.DataLocation = TensorProto.Types.DataLocation.External;
            proto.ExternalData.Add(new[] { ("location", place.File), ("offset", $"{place.Start}"), ("length", $"{initializer.Length}") }
                .Select(entry => new StringStringEntryProto { Key = entry.Item1, Value = entry.Item2 }));
        }
        else
        {
            proto.RawData = UnsafeByteOperations.UnsafeWrap(initializer.Bytes);
        }
        proto.Dims.Add(initializer.Value.Shape.Select(d => d.Size));
        return proto;
    }

    static ValueInfoProto ToProto(Value value)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(value.Shape.Select(d => d.IsSymbolic
            ? new TensorShapeProto.Types.Dimension { DimParam = d.Symbol }
            : new TensorShapeProto.Types.Dimension { DimValue = d.Size }));
        return new() { Name = value.Name, Type = new() { TensorType = new() { ElemType = (int)value.Type, Shape = shape } } };
    }
}
