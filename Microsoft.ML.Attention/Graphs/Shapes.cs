namespace Microsoft.ML.Attention.Graphs;

/// <summary>What shape an operator gives, and why it cannot. Equal symbols are equal sizes; a symbol fits nothing else but 1.</summary>
static class Shapes
{
    /// <summary>The shape that all <paramref name="values"/> stretch to: aligned at the last axis,
    /// an axis of 1 takes the others' size.</summary>
    public static Dim[] Broadcast(params Value[] values)
    {
        var shape = new Dim[values.Max(v => v.Rank)];
        for (var fromEnd = 1; fromEnd <= shape.Length; fromEnd++)
        {
            var (size, sized) = (new Dim(1), values[0]);
            foreach (var value in values.Where(v => v.Rank >= fromEnd && v.Shape[^fromEnd] != 1))
            {
                if (size != 1 && size != value.Shape[^fromEnd])
                    throw new ArgumentException($"Cannot broadcast {sized} with {value}: {size} against {value.Shape[^fromEnd]}.");
                (size, sized) = (value.Shape[^fromEnd], value);
            }
            shape[^fromEnd] = size;
        }
        return shape;
    }

    /// <summary>[..., M, N] by [..., N, P] is [..., M, P], the leading axes broadcast.</summary>
    public static Dim[] MatMul(Value a, Value b)
    {
        if (a.Rank < 2 || b.Rank < 2)
            throw new ArgumentException($"Cannot multiply {a} by {b}: each needs rows and columns.");
        if (a.Shape[^1] != b.Shape[^2])
            throw new ArgumentException($"Cannot multiply {a} by {b}: {a.Shape[^1]} columns against {b.Shape[^2]} rows.");
        var batch = new Dim[Math.Max(a.Rank, b.Rank) - 2];
        for (var fromEnd = 1; fromEnd <= batch.Length; fromEnd++)
        {
            Dim p = At(a, fromEnd), q = At(b, fromEnd);
            batch[^fromEnd] = p == q || q == 1 ? p : p == 1
                ? q
                : throw new ArgumentException($"Cannot multiply {a} by {b}: {p} matrices against {q}.");
        }
        return [.. batch, a.Shape[^2], b.Shape[^1]];

        static Dim At(Value v, int fromEnd) => v.Rank >= fromEnd + 2 ? v.Shape[^(fromEnd + 2)] : 1;
    }

    /// <summary>The shape without <paramref name="axes"/>, or with 1 in their places.</summary>
    public static Dim[] Reduce(Value x, bool keep, long[] axes) =>
        keep ? [.. x.Shape.Select((d, i) => axes.Contains(i) ? 1 : d)] : [.. x.Shape.Where((_, i) => !axes.Contains(i))];

    /// <summary>What ONNX's Reshape is told: a size, 0 for the axis at the same index, -1 (once) for what remains.
    /// Null when that cannot say it.</summary>
    public static long[]? Reshape(Value x, Dim[] shape)
    {
        var ((count, symbols), (wanted, wantedSymbols)) = (Factors(x.Shape), Factors(shape));
        var left = symbols.ToList();
        var isNew = wantedSymbols.Count(s => !left.Remove(s)) > 0;
        if (left.Count > 0 != isNew || !isNew && count != wanted)
            throw new ArgumentException($"Cannot reshape {x} to [{string.Join(", ", shape)}]: {string.Join('*', [.. symbols, count])} "
                + $"numbers against {string.Join('*', [.. wantedSymbols, wanted])}.");
        long[] sizes = [.. shape.Select((d, i) => !d.IsSymbolic ? d.Size : i < x.Rank && x.Shape[i] == d ? 0 : -1)];
        return sizes.Count(s => s == -1) > 1 ? null : sizes;
    }

    /// <summary>What ONNX's Expand is told: a size, or 1 for an axis as it is. Null when that cannot say it.</summary>
    public static long[]? Expand(Value x, Dim[] shape)
    {
        Dim[] own = [.. Enumerable.Repeat(new Dim(1), Math.Max(0, shape.Length - x.Rank)), .. x.Shape];
        if (own.Length > shape.Length || own.Zip(shape).Any(axis => axis.First != 1 && axis.First != axis.Second))
            throw new ArgumentException($"Cannot expand {x} to [{string.Join(", ", shape)}].");
        return own.Zip(shape).Any(axis => axis.Second.IsSymbolic && axis.First == 1) ? null
            : [.. own.Zip(shape, (from, to) => from == to ? 1 : to.Size)];
    }

    /// <summary>The values one after the other along one axis, all other axes equal.</summary>
    public static Dim[] Concat(int axis, Value[] values)
    {
        var first = values[0];
        foreach (var value in values)
            if (value.Rank != first.Rank || !Replace(value.Shape, axis, 1).SequenceEqual(Replace(first.Shape, axis, 1)))
                throw new ArgumentException($"Cannot concatenate {first} and {value} along axis {axis}: their other axes differ.");
        return Replace(first.Shape, axis, values.Select(v => v.Shape[axis]).Aggregate((a, b) => a + b));
    }

    /// <summary>How long a slice of one axis is.</summary>
    public static Dim Slice(Value x, int axis, long start, long end)
    {
        var size = x.Shape[axis];
        long? after = end == long.MaxValue ? 0 : end < 0 ? -end : size.IsSymbolic ? null : size.Size - end; // positions left off at the end
        Dim? length = (start >= 0, after) switch
        {
            (true, { } positions) => size - (start + positions),
            (true, null) => end - start,
            (false, { } positions) => -start - positions,
            (false, null) => (Dim?)null,
        };
        if (length is { IsSymbolic: false, Size: < 0 } || !size.IsSymbolic && (after < 0 || -start > size.Size))
            throw new ArgumentException($"Cannot slice axis {axis} of {x} from {start} to {end}.");
        return length
            ?? throw new ArgumentException($"Cannot slice axis {axis} of {x} from {start} to {end}: how much that is depends on {size}.");
    }

    /// <summary>The shape with another size of one axis.</summary>
    public static Dim[] Replace(Dim[] shape, int axis, Dim size) => [.. shape[..axis], size, .. shape[(axis + 1)..]];

    /// <summary>How many numbers a shape holds: a known factor, and symbols.</summary>
    static (long Size, string[] Symbols) Factors(Dim[] shape)
    {
        var factors = shape.SelectMany(d => d.ToString().Split('*')).ToLookup(f => long.TryParse(f, out _));
        return (factors[true].Aggregate(1L, (product, f) => product * long.Parse(f)), [.. factors[false]]);
    }

    /// <summary>The axis counted from the start.</summary>
    public static int Axis(Value x, long axis) => Axis(x, axis, x.Rank);

    /// <summary>All of <paramref name="axes"/> counted from the start and in order, of <paramref name="rank"/> axes.</summary>
    public static long[] Axes(Value x, long[] axes, int rank)
    {
        long[] counted = [.. axes.Select(a => (long)Axis(x, a, rank)).Order()];
        return counted.Distinct().Count() == counted.Length ? counted
            : throw new ArgumentException($"Axes {string.Join(", ", axes)} of {x} name one twice.");
    }

    static int Axis(Value x, long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis)
        : throw new ArgumentException($"{x} has no axis {axis}.");
}
