using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Graphs;

/// <summary>An ONNX graph under construction. Values are objects; their names matter only in the written model.</summary>
/// <param name="real">The element type of its real numbers: inputs without a type, initializers, constants.</param>
sealed class Graph(ElementType real = ElementType.Float)
{
    readonly HashSet<string> _claimed = [];
    readonly Dictionary<string, Value> _generated = [];
    readonly Dictionary<string, int> _counts = [];
    readonly Dictionary<(ElementType, long), Value> _scalars = [];
    readonly Dictionary<string, Value> _vectors = [];
    readonly Dictionary<Value, long[]> _integers = [];

    string _path = "";

    public ElementType Real => real;

    /// <summary>In order of creation, which is an order they can run in.</summary>
    public List<Node> Nodes { get; } = [];

    public List<Value> Inputs { get; } = [];

    public List<Value> Outputs { get; } = [];

    public List<Initializer> Initializers { get; } = [];

    public Value Input(string name, params Dim[] shape) => Input(name, real, shape);

    public Value Input(string name, ElementType type, params Dim[] shape)
    {
        var input = new Value(this, Claim(name), type, shape);
        Inputs.Add(input);
        return input;
    }

    /// <summary>Makes <paramref name="value"/> an output of the graph, by this name.</summary>
    public Value Output(string name, Value value)
    {
        var output = Append("Identity", value.Type, value.Shape, [value]);
        _generated.Remove(output.Name);
        output.Name = Claim(name);
        Outputs.Add(output);
        return output;
    }

    /// <summary>A named tensor stored in the graph as real numbers.</summary>
    public Value Initializer(string name, ReadOnlyMemory<float> values, params Dim[] shape) => Initializer(name, real, values, shape);

    /// <summary>A named tensor stored as such numbers; floats as they are, not copied.</summary>
    public Value Initializer(string name, ElementType type, ReadOnlyMemory<float> values, params Dim[] shape)
    {
        var value = new Value(this, Claim(name), type, shape);
        return Store(value, values.Length,
            type == ElementType.Float ? new Initializer(value, values) : new Initializer(value,
                Graphs.Initializer.Encode(values.Span, type)));
    }

    public Value Constant(float[] values, params Dim[] shape) => Constant<float>(values, real, shape);

    public Value Constant(double[] values, params Dim[] shape) => Constant<double>(values, real, shape);

    public Value Constant(long[] values, params Dim[] shape)
    {
        var constant = Constant<long>(values, ElementType.Int64, shape);
        _integers[constant] = values;
        return constant;
    }

    public Value Constant(bool[] values, params Dim[] shape) =>
        Store(Generate("constant", ElementType.Bool, shape), values.Length, MemoryMarshal.AsBytes<bool>(values).ToArray());

    /// <summary>8-bit integers: <paramref name="type"/> says whether the bytes are UInt8 or Int8.</summary>
    public Value Bytes(byte[] values, ElementType type, params Dim[] shape) =>
        Store(Generate("constant", type, shape), values.Length, values);

    /// <summary>A number without axes; the same value each time it is asked for.</summary>
    public Value Scalar(double number) => Scalar(number, real);

    public Value Scalar(double number, ElementType type)
    {
        ref var scalar = ref CollectionsMarshal.GetValueRefOrAddDefault(_scalars, (type, BitConverter.DoubleToInt64Bits(number)), out _);
        return scalar ??= Constant<double>([number], type, []);
    }

    /// <summary>An int64 vector, as shapes and axes are given; the same value each time it is asked for.</summary>
    public Value Longs(params long[] numbers)
    {
        ref var vector = ref CollectionsMarshal.GetValueRefOrAddDefault(_vectors, string.Join(',', numbers), out _);
        return vector ??= Constant(numbers, numbers.Length);
    }

    /// <summary>The numbers of an int64 constant.</summary>
    public long[] NumbersOf(Value constant) => _integers[constant];

    /// <summary>
    /// Until it is disposed, nodes are appended as part of this module, named as its tensors are: those in <c>layers.0.norm1</c> bear the
    /// path <c>/layers.0/norm1/</c>, as PyTorch's exporter has it. Within another, it is that of the inner one alone.
    /// </summary>
    public Module In(string module)
    {
        var outer = new Module(this, _path);
        var words = module.Trim('.').Split('.');
        _path = words is [""] ? "" : "/";
        for (var i = 0; i < words.Length && _path != ""; i++)
            _path += words[i] + (i + 1 < words.Length && words[i + 1].All(char.IsAsciiDigit) ? "." : "/");   // a list's index belongs to it
        return outer;
    }

    /// <summary>The module that nodes are part of again when this is disposed.</summary>
    public readonly struct Module(Graph graph, string outer) : IDisposable
    {
        public void Dispose() => graph._path = outer;
    }

    /// <summary>Appends a node with one output.</summary>
    public Value Append(string op, ElementType type, Dim[] shape, Value?[] inputs, params (string Name, object Value)[] attributes) =>
        Append(op, "", [(type, shape)], inputs, attributes)[0];

    /// <summary>Appends a node; the values are its outputs.</summary>
    public Value[] Append(string op, string domain, (ElementType Type, Dim[] Shape)[] outputs, Value?[] inputs,
        params (string Name, object Value)[] attributes)
    {
        if (inputs.FirstOrDefault(i => i is not null && i.Graph != this) is { } foreign)
            throw new ArgumentException($"{foreign} belongs to another graph.");
        var node = new Node(op, domain, inputs, new Value[outputs.Length], attributes.ToDictionary(a => a.Name, a => a.Value), _path);
        for (var i = 0; i < outputs.Length; i++)
            node.Outputs[i] = Generate(op, outputs[i].Type, outputs[i].Shape, node);
        Nodes.Add(node);
        return node.Outputs;
    }

    Value Constant<T>(ReadOnlySpan<T> values, ElementType type, Dim[] shape) where T : unmanaged, INumberBase<T> =>
        Store(Generate("constant", type, shape), values.Length, Graphs.Initializer.Encode(values, type));

    Value Store(Value value, int count, byte[] bytes) => Store(value, count, new Initializer(value, bytes));

    Value Store(Value value, int count, Initializer initializer)
    {
        if (value.Shape.Any(d => d.IsSymbolic) || value.Shape.Aggregate(1L, (n, d) => n * d.Size) != count)
            throw new ArgumentException($"{count} values cannot fill {value}.");
        Initializers.Add(initializer);
        return value;
    }

    Value Generate(string stem, ElementType type, Dim[] shape, Node? producer = null)
    {
        var value = new Value(this, Unused(stem), type, shape, producer);
        return _generated[value.Name] = value;
    }

    /// <summary>Reserves a name that the caller chose; a value that was given it by chance gets another.</summary>
    string Claim(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_claimed.Add(name))
            throw new ArgumentException($"The graph already has a value named '{name}'.");
        if (_generated.Remove(name, out var holder))
            _generated[holder.Name = Unused(name)] = holder;
        return name;
    }

    string Unused(string stem)
    {
        string name;
        do
            name = $"{stem}_{_counts[stem] = _counts.GetValueOrDefault(stem) + 1}";
        while (_claimed.Contains(name) || _generated.ContainsKey(name));
        return name;
    }
}
