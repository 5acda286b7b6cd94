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
        var target = scalarTokens ? Reserve(group.Rows.Count, length) : Reserve(group.Rows.Count, length, width);
        var size = length * width;
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
            Dispose();
            Value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _memory.AsMemory(0, count), shape);
            _shape = shape;
        }
        return _memory.AsSpan(0, count);
    }

    public void Dispose() => Value?.Dispose();
}
