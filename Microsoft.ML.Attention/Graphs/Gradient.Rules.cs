namespace Microsoft.ML.Attention.Graphs;

static partial class Gradient
{
    /// <summary>From a node and the gradient of its output, the gradient of each input; null where none flows.</summary>
    /// <remarks>
    /// It may be larger than the input where that was broadcast: the walk sums it. What is returned for an input that nobody asked
    /// about is not written to the model.
    /// </remarks>
    public delegate Value?[] Rule(Node node, Value g);

    public static readonly IReadOnlyDictionary<string, Rule> Rules = new Dictionary<string, Rule>
    {
        ["Identity"] = (n, g) => [g],
        ["Cast"] = (n, g) => [g.Cast(X(n).Type)],

        ["Neg"] = (n, g) => [-g],
        ["Abs"] = (n, g) => [g * X(n).Sign()],
        ["Sign"] = (n, g) => [null],
        ["Reciprocal"] = (n, g) => [-(g * Y(n) * Y(n))],
        ["Sqrt"] = (n, g) => [g / Y(n) * 0.5],
        ["Exp"] = (n, g) => [g * Y(n)],
        ["Log"] = (n, g) => [g / X(n)],
        ["Sin"] = (n, g) => [g * X(n).Cos()],
        ["Cos"] = (n, g) => [-(g * X(n).Sin())],
        ["Tanh"] = (n, g) => [g * (1 - Y(n) * Y(n))],
        ["Sigmoid"] = (n, g) => [g * Y(n) * (1 - Y(n))],
        ["Erf"] = (n, g) => [g * (-X(n).Square()).Exp() * (2 / Math.Sqrt(Math.PI))],
        ["Relu"] = (n, g) => [g * Y(n).Greater(Zero(g)).Cast(g.Type)],

        ["Add"] = (n, g) => [g, g],
        ["Sub"] = (n, g) => [g, -g],
        ["Mul"] = (n, g) => [g * X(n, 1), g * X(n)],
        ["Div"] = (n, g) => Quotient(n, g / X(n, 1)),
        ["Min"] = (n, g) => Chosen(X(n).LessOrEqual(X(n, 1)), g),
        ["Max"] = (n, g) => Chosen(X(n).GreaterOrEqual(X(n, 1)), g),
        ["Where"] = (n, g) => [null, .. Chosen(X(n), g)],

        ["ReduceSum"] = (n, g) => [Kept(n, g).ExpandLike(X(n)), null],
        ["ReduceMean"] = (n, g) => [(Kept(n, g) / Count(n)).ExpandLike(X(n)), null],
        ["ReduceMax"] = (n, g) => [Shared(n, X(n).Equal(Kept(n, Y(n))).Cast(g.Type), g), null],

        ["MatMul"] = (n, g) => [g.MatMul(X(n, 1).T()), Correlated(X(n), X(n, 1), g)],
        ["Softmax"] = (n, g) => [Y(n) * (g - (g * Y(n)).Sum(keep: true, -1))],
        ["LayerNormalization"] = Normalized,

        ["Transpose"] = (n, g) => [Untransposed(n, g)],
        ["Reshape"] = (n, g) => [g.ReshapeLike(X(n)), null],
        ["Squeeze"] = (n, g) => [g.Unsqueeze(Numbers(n, 1)), null],
        ["Unsqueeze"] = (n, g) => [g.Squeeze(Numbers(n, 1)), null],
        ["Expand"] = (n, g) => [g, null],
        ["Concat"] = (n, g) => g.SplitLike(n.Get<long>("axis"), [.. n.Inputs.Select(i => i!)]),
        ["Split"] = (n, g) => [g, null],
        ["Slice"] = (n, g) => [Padded(n, g), null, null, null],
        ["Pad"] = (n, g) => [Cropped(n, g), null, null, null],
        ["Gather"] = (n, g) => [Scattered(n, g), null],
    };

    static Value X(Node n, int input = 0) => n.Inputs[input]!;

    static Value Y(Node n) => n.Outputs[0];

    static long[] Numbers(Node n, int input) => X(n, input).Graph.NumbersOf(X(n, input));

    static Value Zero(Value g) => g.Graph.Scalar(0, g.Type);

    static Value[] Quotient(Node n, Value byDivisor) => [byDivisor, -(byDivisor * Y(n))];

    /// <summary>What was taken gets all; of two equals, Min and Max took the first.</summary>
    static Value[] Chosen(Value first, Value g) => [first.Where(g, Zero(g)), first.Where(Zero(g), g)];

    /// <summary>With an axis of 1 for each that a reduction removed.</summary>
    static Value Kept(Node n, Value reduced) => n.Get<long>("keepdims") == 1 ? reduced : reduced.Unsqueeze(Numbers(n, 1));

    /// <summary>How many numbers a reduction made one of.</summary>
    static Value Count(Node n)
    {
        var axes = Numbers(n, 1).ToLookup(a => X(n).Shape[a].IsSymbolic);
        var known = X(n).Graph.Scalar(axes[false].Aggregate(1L, (count, a) => count * X(n).Shape[a].Size), X(n).Type);
        return axes[true].Aggregate(known, (count, a) => count * X(n).DimensionOf(a).Cast(X(n).Type));
    }

    /// <summary>Those equal to the largest share its gradient.</summary>
    static Value Shared(Node n, Value largest, Value g) => largest * (Kept(n, g) / largest.Sum(keep: true, Numbers(n, 1)));

    /// <summary>aᵀ g. When b is a matrix all rows of a batch share it: one product over all of them,
    /// rather than a sum of one for each.</summary>
    static Value Correlated(Value a, Value b, Value g) =>
        b.Rank == 2 && a.Rank > 2 && !b.Shape.Any(d => d.IsSymbolic) ? Rows(a).T().MatMul(Rows(g)) : a.T().MatMul(g);

    static Value Rows(Value x) => x.Reshape(x.Shape[..^1].Aggregate((a, b) => a * b), x.Shape[^1]);

    /// <summary>Ba et al. 2016: a change along the mean or along the normalized numbers themselves is lost.</summary>
    static Value?[] Normalized(Node n, Value g)
    {
        var (x, gain, mean, inverseDeviation) = (X(n), X(n, 1), n.Outputs[1].Cast(g.Type), n.Outputs[2].Cast(g.Type));
        var normalized = (x - mean) * inverseDeviation;
        var scaled = g * gain;
        var lost = scaled.Mean(keep: true, -1) + normalized * (scaled * normalized).Mean(keep: true, -1);
        return [(scaled - lost) * inverseDeviation, g * normalized, g];
    }

    /// <summary>The gradient of a matrix, as of a weight used transposed, is a product: (A B)ᵀ as Bᵀ Aᵀ,
    /// whose transposes the runtime folds into it.</summary>
    static Value Untransposed(Node n, Value g)
    {
        if (g is { Rank: 2, Producer: { Op: "MatMul" } product } && n.Get<long[]>("perm") is [1, 0])
            return X(product, 1).T().MatMul(X(product).T());
        var perm = n.Get<long[]>("perm");
        return g.Transpose([.. perm.Select((_, i) => (long)Array.IndexOf(perm, i))]);
    }

    /// <summary>Zeros where the slice left off.</summary>
    static Value Padded(Node n, Value g)
    {
        var (x, start, axis) = (X(n), Numbers(n, 1)[0], Numbers(n, 3)[0]);
        if (X(n, 2).Producer is not null)                        // only the run tells how long it is: zeros enough, and the surplus cut off
            return g.Concat(axis, Zeros(x)).Slice(axis, 0, x.Shape[axis].Size);
        var end = Numbers(n, 2)[0];
        var before = start < 0 ? x.DimensionOf(axis) + start : x.Graph.Longs(start);
        var after = end == long.MaxValue ? x.Graph.Longs(0) : end < 0 ? x.Graph.Longs(-end) : x.DimensionOf(axis) - end;
        return g.Graph.Append("Pad", g.Type, x.Shape, [g, Operators.Concat(0, before, after), Zero(g), x.Graph.Longs(axis)]);
    }

    /// <summary>What was there before it was padded.</summary>
    static Value Cropped(Node n, Value g)
    {
        long[] pads = Numbers(n, 1);
        return g.Slice(Numbers(n, 3)[0], pads[0], pads[1] == 0 ? long.MaxValue : -pads[1]);
    }

    /// <summary>Each row of the table sums the gradients of its uses.</summary>
    static Value Scattered(Node n, Value g)
    {
        var (table, indices) = (X(n), X(n, 1));
        if (n.Get<long>("axis") != 0)
            throw new NotSupportedException($"No gradient is defined for Gather along axis {n.Get<long>("axis")}, which gave {Y(n)}.");
        return g.Graph.Append("ScatterND", g.Type, table.Shape, [Zeros(table), indices.Unsqueeze(-1), g], ("reduction", "add"));
    }
}
