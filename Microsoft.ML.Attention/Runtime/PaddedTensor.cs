using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>One input tensor over memory that grows and stays; the tensor is made anew only when its shape changes.</summary>
sealed class PaddedTensor<T> : IDisposable where T : unmanaged
{
    T[] _memory = [];
    long[]? _shape;

    /// <summary>The tensor as it was last filled.</summary>
    public OrtValue Value { get; private set; } = null!;

    /// <summary>The group's rows, <c>[B, length, width]</c>, or <c>[B, length]</c> where a token is one value.</summary>
    public OrtValue Fill(RaggedField<T> field, LengthGroup group, int width, int length, T padding, bool scalarTokens = false)
    {
        var size = length * width;
        long[] shape = scalarTokens ? [group.Rows.Count, length] : [group.Rows.Count, length, width];
        if (Lying(field, group, size) is { } rows)
            return Over(rows, shape);
        var target = Reserve(shape);
        for (var i = 0; i < group.Rows.Count; i++)
        {
            var row = target.Slice(i * size, size);
            var source = field[group.Rows[i]];
            source.CopyTo(row);
            row[source.Length..].Fill(padding);
        }
        return Value;
    }

    /// <summary>Memory of that shape; what it holds is left from before.</summary>
    public Span<T> Reserve(params long[] shape)
    {
        var count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        if (!_shape.AsSpan().SequenceEqual(shape))
        {
            if (count > _memory.Length)
                _memory = new T[count];
            Over(_memory.AsMemory(0, count), shape);
            _shape = shape;
        }
        return _memory.AsSpan(0, count);
    }

    /// <summary>The rows where they lie, when they are neighbours of one length and so need no copy; null otherwise.</summary>
    static Memory<T>? Lying(RaggedField<T> field, LengthGroup group, int size)
    {
        for (var i = 0; i < group.Rows.Count; i++)
            if (group.Rows[i] != group.Rows[0] + i || field[group.Rows[i]].Length != size)
                return null;
        return field.All.Slice(field.Start(group.Rows[0]), group.Rows.Count * size);
    }

    OrtValue Over(Memory<T> memory, long[] shape)
    {
        Dispose();
        _shape = null;
        return Value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
    }

    public void Dispose() => Value?.Dispose();
}
