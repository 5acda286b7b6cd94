namespace Microsoft.ML.Attention.Graphs;

/// <summary>The ONNX operators this library uses: each checks shapes and types, appends a node, and returns its output.</summary>
static partial class Operators
{
    extension(Value x)
    {
        public Value Add(Value y) => Binary("Add", x, y);
        public Value Sub(Value y) => Binary("Sub", x, y);
        public Value Mul(Value y) => Binary("Mul", x, y);
        public Value Div(Value y) => Binary("Div", x, y);
        public Value Minimum(Value y) => Binary("Min", x, y);
        public Value Maximum(Value y) => Binary("Max", x, y);

        public Value Neg() => Unary("Neg", x);
        public Value Abs() => Unary("Abs", x);
        public Value Sign() => Unary("Sign", x);
        public Value Reciprocal() => Unary("Reciprocal", x);
        public Value Sqrt() => Unary("Sqrt", x);
        public Value Square() => x * x;
        public Value Exp() => Unary("Exp", x);
        public Value Log() => Unary("Log", x);
        public Value Sin() => Unary("Sin", x);
        public Value Cos() => Unary("Cos", x);
        public Value Tanh() => Unary("Tanh", x);
        public Value Sigmoid() => Unary("Sigmoid", x);
        public Value Erf() => Unary("Erf", x);
        public Value Relu() => Unary("Relu", x);

        public Value Sum(bool keep, params long[] axes) => Reduce("ReduceSum", x, keep, axes);
        public Value Mean(bool keep, params long[] axes) => Reduce("ReduceMean", x, keep, axes);
        public Value Max(bool keep, params long[] axes) => Reduce("ReduceMax", x, keep, axes);

        /// <summary>Along an axis, the sum of what lies before each position.</summary>
        public Value SumBefore(long axis) =>
            x.Graph.Append("CumSum", x.Type, x.Shape, [x, x.Graph.Scalar(Shapes.Axis(x, axis), ElementType.Int64)], ("exclusive", 1L));

        public Value Cast(ElementType type) => type == x.Type ? x : x.Graph.Append("Cast", type, x.Shape, [x], ("to", (long)type));

        /// <summary>As the graph's real numbers; true is 1.</summary>
        public Value CastReal() => x.Cast(x.Graph.Real);
    }

    static Value Unary(string op, Value x) => x.Graph.Append(op, x.Type, x.Shape, [x]);

    static Value Binary(string op, Value x, Value y) => Elementwise(op, Same(op, x, y), x, y);

    /// <summary>Broadcasts the values, past an Expand that does no more than this operator would.</summary>
    static Value Elementwise(string op, ElementType type, params Value[] values)
    {
        var shape = Shapes.Broadcast(values);
        for (var i = 0; i < values.Length; i++)
            if (values[i].Producer is { Op: "Expand" } expand)
            {
                Value[] shorter = [.. values[..i], expand.Inputs[0]!, .. values[(i + 1)..]];
                if (Shapes.Broadcast(shorter).SequenceEqual(shape))
                    values = shorter;
            }
        return values[0].Graph.Append(op, type, shape, values);
    }

    /// <summary>A reduction over <paramref name="axes"/>, or over all when none is named.</summary>
    static Value Reduce(string op, Value x, bool keep, long[] axes)
    {
        long[] counted = axes.Length == 0 ? [.. Enumerable.Range(0, x.Rank)] : Shapes.Axes(x, axes, x.Rank);
        return counted.Length == 0
            ? x
            : x.Graph.Append(op, x.Type, Shapes.Reduce(x, keep, counted), [x, x.Graph.Longs(counted)], ("keepdims", keep ? 1L : 0L));
    }

    static ElementType Same(string op, Value x, Value y) => x.Type == y.Type ? x.Type
        : throw new ArgumentException($"{op} needs one element type: {x} is {x.Type}, {y} is {y.Type}.");
}
