using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Rows;

/// <summary>One input tensor: over the rows where they lie, or over memory that grows and stays.</summary>
sealed class PaddedTensor<T> : IDisposable where T : unmanaged
{
    readonly TensorViews<T> _lying = new();
    readonly TensorViews<T> _filled = new();
    T[] _memory = [];

    /// <summary>The tensor as it was last filled.</summary>
    public OrtValue Value { get; private set; } = null!;

    /// <summary>The group's rows, <c>[B, length, width]</c>, or <c>[B, length]</c> where a token is one value.</summary>
    public OrtValue Fill(RaggedField<T> field, LengthGroup group, int run, int width, int length, T padding, bool scalarTokens = false)
    {
        var size = length * width;
        ReadOnlySpan<long> shape = scalarTokens ? [group.Rows.Count, length] : [group.Rows.Count, length, width];
        if (Lying(field, group, size) is { } rows)
            return Value = _lying.Of(run, rows, shape);
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
    public Span<T> Reserve(params ReadOnlySpan<long> shape)
    {
        var count = 1;
        foreach (var size in shape)
            count = checked(count * (int)size);
        if (count > _memory.Length)
            _memory = PinnedArray.New<T>(count);
        Value = _filled.Of(0, PinnedArray.Part(_memory, 0, count), shape);
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

    public void Dispose()
    {
        _lying.Dispose();
        _filled.Dispose();
    }
}
