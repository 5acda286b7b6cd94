namespace Microsoft.ML.Attention;

/// <summary>A tensor of 32-bit floating point numbers, row-major. Immutable.</summary>
public sealed class AttentionTensor
{
    /// <summary>A tensor of the given shape and values.</summary>
    /// <param name="shape">The size of each axis; empty for a scalar.</param>
    /// <param name="values">As many numbers as the shape holds, the last axis fastest. Not copied: leave them as they are.</param>
    /// <exception cref="ArgumentException">An axis is negative, or the number of values is not the product of the shape.</exception>
    public AttentionTensor(IReadOnlyList<long> shape, ReadOnlyMemory<float> values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = new ValueList<long>(shape);
        if (Shape.Any(size => size < 0))
            throw new ArgumentException($"A tensor cannot have the shape {Shape}: an axis is negative.", nameof(shape));
        if (Count(Shape) != values.Length)
            throw new ArgumentException($"A tensor of shape {Shape} has {Count(Shape)} values, not {values.Length}.", nameof(values));
        Values = values;
    }

    /// <summary>The size of each axis.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The numbers, the last axis fastest.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>How many values a shape holds; no more than 2⁶³, so that a shape read from anywhere can be counted.</summary>
    internal static Int128 Count(IEnumerable<long> shape) =>
        shape.Aggregate(Int128.One, (count, size) => Int128.Min(count * size, Int128.One << 63));

    /// <summary>Some entries of the first axis, in this order.</summary>
    internal AttentionTensor Rows(IReadOnlyList<int> rows)
    {
        var width = checked((int)Count(Shape.Skip(1)));
        var chosen = new float[rows.Count * width];
        for (var i = 0; i < rows.Count; i++)
            Values.Span.Slice(rows[i] * width, width).CopyTo(chosen.AsSpan(i * width));
        return new AttentionTensor([rows.Count, .. Shape.Skip(1)], chosen);
    }

    /// <summary>A matrix with rows and columns exchanged.</summary>
    internal AttentionTensor Transpose()
    {
        var (rows, columns) = Shape is [var r, var c]
            ? ((int)r, (int)c)
            : throw new InvalidOperationException($"A tensor of shape {Shape} is not a matrix.");
        var transposed = new float[Values.Length];
        var values = Values.Span;
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                transposed[column * rows + row] = values[row * columns + column];
        return new AttentionTensor([Shape[1], Shape[0]], transposed);
    }

    /// <summary>The shape, as in <c>[64, 16]</c>.</summary>
    public override string ToString() => Shape.ToString()!;
}
