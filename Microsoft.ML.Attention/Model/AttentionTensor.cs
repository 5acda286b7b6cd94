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
        var count = 1L;
        foreach (var size in Shape)
            count = size >= 0 ? checked(count * size) : throw new ArgumentException($"A tensor cannot have the shape {Shape}: an axis is negative.", nameof(shape));
        if (count != values.Length)
            throw new ArgumentException($"A tensor of shape {Shape} has {count} values, not {values.Length}.", nameof(values));
        Values = values;
    }

    /// <summary>The size of each axis.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The numbers, the last axis fastest.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The shape, as in <c>[64, 16]</c>.</summary>
    public override string ToString() => Shape.ToString()!;
}
