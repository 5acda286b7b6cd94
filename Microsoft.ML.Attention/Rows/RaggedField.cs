namespace Microsoft.ML.Attention.Rows;

/// <summary>Values of rows of unequal lengths, one row after the other in one array that is kept when the rows are cleared.</summary>
sealed class RaggedField<T> where T : unmanaged
{
    T[] _values = [];
    int[] _ends = [];

    public int Count { get; private set; }

    /// <summary>The values of one row.</summary>
    public ReadOnlySpan<T> this[int row] => _values.AsSpan(Start(row), _ends[row] - Start(row));

    /// <summary>Everything there is, from the first row to the last.</summary>
    public Memory<T> All => PinnedArray.Part(_values, 0, Start(Count));

    /// <summary>Where a row begins in <see cref="All"/>.</summary>
    public int Start(int row) => row == 0 ? 0 : _ends[row - 1];

    /// <summary>Adds a row and gives what to write its values to, whatever was there before.</summary>
    public Span<T> Append(int length)
    {
        var start = Start(Count);
        var end = checked(start + length);
        if (end > _values.Length)
        {
            var grown = PinnedArray.New<T>(Grown(_values.Length, end));
            _values.CopyTo(grown, 0);               // all: the row may be one that grows
            _values = grown;
        }
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Grown(Count, Count + 1));
        _ends[Count++] = end;
        return _values.AsSpan(start, length);
    }

    /// <summary>Makes the last row longer and gives where to write the added ones.</summary>
    public Span<T> Extend(int length)
    {
        var before = _ends[--Count];
        return Append(before - Start(Count) + length)[^length..];
    }

    /// <summary>Shortens the last row to some of its values.</summary>
    public void KeepOfLast(int start, int length)
    {
        var first = Start(Count - 1);
        _values.AsSpan(first + start, length).CopyTo(_values.AsSpan(first));
        _ends[Count - 1] = first + length;
    }

    public void Clear() => Count = 0;

    static int Grown(int size, int needed) => (int)Math.Clamp(2L * size, Math.Max(needed, 16), Array.MaxLength);
}
