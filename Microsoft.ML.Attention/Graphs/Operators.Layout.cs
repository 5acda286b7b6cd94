namespace Microsoft.ML.Attention.Graphs;

static partial class Operators
{
    extension(Value x)
    {
        /// <summary>Axis <c>i</c> of the result is axis <c>perm[i]</c> of this.</summary>
        public Value Transpose(params long[] perm)
        {
            if (!perm.Order().SequenceEqual(Enumerable.Range(0, x.Rank).Select(i => (long)i)))
                throw new ArgumentException(
                    $"Cannot transpose {x} by [{string.Join(", ", perm)}]: it is not an order of its {x.Rank} axes.");
            return x.Graph.Append("Transpose", x.Type, [.. perm.Select(p => x.Shape[p])], [x], ("perm", perm));
        }

        /// <summary>Swaps the last two axes, or undoes such a swap.</summary>
        public Value T()
        {
            if (x.Rank < 2)
                throw new ArgumentException($"Cannot transpose {x}: it has no rows and columns.");
            long[] swap = [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2];
            return x.Producer is { Op: "Transpose" } other && other.Get<long[]>("perm").SequenceEqual(swap)
                ? other.Inputs[0]!
                : x.Transpose(swap);
        }

        /// <summary>The same numbers in order. One symbolic axis at most may stand elsewhere than in this shape, or be new.</summary>
        public Value Reshape(params Dim[] shape) => Resize("Reshape", x, shape, Shapes.Reshape(x, shape) is { } sizes ? x.Graph.Longs(sizes)
            : throw new ArgumentException(
                $"Cannot reshape {x} to [{string.Join(", ", shape)}]: at most one symbolic axis may be in a new place; use ReshapeLike."));

        /// <summary>The same numbers in order, in the shape of <paramref name="like"/>.</summary>
        public Value ReshapeLike(Value like) =>
            Resize("Reshape", x, like.Shape, Shapes.Reshape(x, like.Shape) is { } sizes ? x.Graph.Longs(sizes) : like.ShapeOf());

        /// <summary>The same numbers in the sizes that an int64 vector holds when the graph runs, which are
        /// <paramref name="shape"/>.</summary>
        public Value ReshapeTo(Value sizes, params Dim[] shape) => x.Graph.Append("Reshape", x.Type, shape, [x, sizes]);

        /// <summary>Stretches axes of 1 to the sizes of <paramref name="shape"/>; a symbolic axis must be there already.</summary>
        public Value Expand(params Dim[] shape) => Resize("Expand", x, shape, Shapes.Expand(x, shape) is { } sizes ? x.Graph.Longs(sizes)
            : throw new ArgumentException(
                $"Cannot expand {x} to [{string.Join(", ", shape)}]: a symbolic axis must be there already; use ExpandLike."));

        /// <summary>Stretches axes of 1 to the shape of <paramref name="like"/>.</summary>
        public Value ExpandLike(Value like) =>
            Resize("Expand", x, like.Shape, Shapes.Expand(x, like.Shape) is { } sizes ? x.Graph.Longs(sizes) : like.ShapeOf());

        /// <summary>Stretches a scalar to the sizes that an int64 vector holds when the graph runs, which are
        /// <paramref name="shape"/>.</summary>
        public Value ExpandTo(Value sizes, params Dim[] shape) => x.Graph.Append("Expand", x.Type, shape, [x, sizes]);

        /// <summary>Inserts axes of 1, which are <paramref name="axes"/> of the result.</summary>
        public Value Unsqueeze(params long[] axes)
        {
            var rank = x.Rank + axes.Length;
            var counted = Shapes.Axes(x, axes, rank);
            var kept = new Queue<Dim>(x.Shape);
            return x.Graph.Append("Unsqueeze", x.Type, [.. Enumerable.Range(0, rank).Select(i => counted.Contains(i) ? 1 : kept.Dequeue())],
                [x, x.Graph.Longs(counted)]);
        }

        /// <summary>Removes axes of 1.</summary>
        public Value Squeeze(params long[] axes)
        {
            var counted = Shapes.Axes(x, axes, x.Rank);
            if (counted.Any(a => x.Shape[a] != 1))
                throw new ArgumentException($"Cannot squeeze axes {string.Join(", ", axes)} of {x}: only axes of 1.");
            return x.Graph.Append("Squeeze", x.Type, Shapes.Reduce(x, keep: false, counted), [x, x.Graph.Longs(counted)]);
        }

        public Value Concat(long axis, params Value[] others) => Operators.Concat(axis, [x, .. others]);

        /// <summary>From <paramref name="start"/> to before <paramref name="end"/>; negative counts from the end,
        /// <see cref="long.MaxValue"/> is the end.</summary>
        public Value Slice(long axis, long start, long end)
        {
            var counted = Shapes.Axis(x, axis);
            return x.Graph.Append("Slice", x.Type, Shapes.Replace(x.Shape, counted, Shapes.Slice(x, counted, start, end)),
                [x, x.Graph.Longs(start), x.Graph.Longs(end), x.Graph.Longs(counted)]);
        }

        /// <summary>Zeros before the first index of an axis and after its last.</summary>
        public Value Pad(long axis, long before, long after)
        {
            var counted = Shapes.Axis(x, axis);
            if (before < 0 || after < 0)
                throw new ArgumentException($"Cannot pad axis {axis} of {x} by {before} and {after}.");
            return before + after == 0
                ? x
                : x.Graph.Append("Pad", x.Type, Shapes.Replace(x.Shape, counted, x.Shape[counted] + (before + after)),
                [x, x.Graph.Longs(before, after), x.Graph.Scalar(0, x.Type), x.Graph.Longs(counted)]);
        }

        /// <summary>As many positions of axis 0 from its start as <paramref name="like"/> has on one of its axes; at most all.</summary>
        public Value TakeLike(Value like, long axis) =>
            x.Graph.Append("Slice", x.Type, Shapes.Replace(x.Shape, 0, like.Shape[Shapes.Axis(like, axis)]),
            [x, x.Graph.Longs(0), like.DimensionOf(axis), x.Graph.Longs(0)]);

        /// <summary>Parts of these sizes, in order, of one axis.</summary>
        public Value[] Split(long axis, params long[] sizes) =>
            Split(x, axis, x.Graph.Longs(sizes), [.. sizes.Select(s => new Dim(s))]);

        /// <summary>Parts of one axis, as long as those of <paramref name="like"/>.</summary>
        public Value[] SplitLike(long axis, params Value[] like)
        {
            Dim[] dims = [.. like.Select(v => v.Shape[Shapes.Axis(v, axis)])];
            var sizes = dims.Any(d => d.IsSymbolic)
                ? Operators.Concat(0, [.. like.Select(v => v.DimensionOf(axis))])
                : x.Graph.Longs([.. dims.Select(d => d.Size)]);
            return Split(x, axis, sizes, dims);
        }

        /// <summary>The entries of one axis that <paramref name="indices"/> name; that axis is replaced by theirs.</summary>
        public Value Gather(Value indices, long axis = 0)
        {
            if (indices.Type is not (ElementType.Int32 or ElementType.Int64))
                throw new ArgumentException($"Gather needs indices: {indices} is {indices.Type}.");
            var counted = Shapes.Axis(x, axis);
            return x.Graph.Append("Gather", x.Type, [.. x.Shape[..counted], .. indices.Shape, .. x.Shape[(counted + 1)..]], [x, indices],
                ("axis", (long)counted));
        }

        /// <summary>The sizes of all axes, int64.</summary>
        public Value ShapeOf() => x.Shape.Any(d => d.IsSymbolic) ? x.Graph.Append("Shape", ElementType.Int64, [x.Rank], [x])
            : x.Graph.Longs([.. x.Shape.Select(d => d.Size)]);

        /// <summary>The size of one axis, an int64 vector of one number.</summary>
        public Value DimensionOf(long axis)
        {
            var counted = Shapes.Axis(x, axis);
            return x.Shape[counted].IsSymbolic
                ? x.Graph.Append("Shape", ElementType.Int64, [1], [x], ("start", (long)counted), ("end", counted + 1L))
                : x.Graph.Longs(x.Shape[counted].Size);
        }
    }

    /// <summary>From <paramref name="start"/> to before <paramref name="end"/> of one axis, of which only the run tells how long that is:
    /// it is <paramref name="length"/>.</summary>
    public static Value Slice(Value x, long axis, long start, long end, Dim length) =>
        x.Graph.Append("Slice", x.Type, Shapes.Replace(x.Shape, Shapes.Axis(x, axis), length),
        [x, x.Graph.Longs(start), x.Graph.Longs(end), x.Graph.Longs(Shapes.Axis(x, axis))]);

    public static Value Concat(long axis, params Value[] values)
    {
        var first = values[0];
        var counted = Shapes.Axis(first, axis);
        foreach (var value in values)
            Same("Concat", first, value);
        return first.Graph.Append("Concat", first.Type, Shapes.Concat(counted, values), values, ("axis", (long)counted));
    }

    static Value Resize(string op, Value x, Dim[] shape, Value sizes) =>
        x.Shape.SequenceEqual(shape) ? x : x.Graph.Append(op, x.Type, shape, [x, sizes]);

    static Value[] Split(Value x, long axis, Value sizes, Dim[] dims)
    {
        var counted = Shapes.Axis(x, axis);
        if (!x.Shape[counted].IsSymbolic && dims.All(d => !d.IsSymbolic) && dims.Sum(d => d.Size) != x.Shape[counted].Size)
            throw new ArgumentException($"Cannot split axis {axis} of {x} into {string.Join(", ", dims)}.");
        return x.Graph.Append("Split", "", [.. dims.Select(d => (x.Type, Shapes.Replace(x.Shape, counted, d)))], [x, sizes],
            ("axis", (long)counted));
    }
}
