using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>Gathers one column of the rows that a cursor passes.</summary>
abstract class ColumnBuffer
{
    /// <summary>Bytes of what was gathered since the last <see cref="Take"/>.</summary>
    public long Bytes { get; protected set; }

    /// <summary>Adds the row that the cursor stands on.</summary>
    public abstract void Append();

    /// <summary>What was gathered; the buffer begins anew.</summary>
    public abstract Column Take();
}

sealed class ColumnBuffer<T>(ColumnType<T> type, DataViewRow row, DataViewSchema.Column column) : ColumnBuffer
{
    readonly ValueGetter<VBuffer<T>>? _getVector = type.IsVector ? row.GetGetter<VBuffer<T>>(column) : null;
    readonly ValueGetter<T>? _getScalar = type.IsVector ? null : row.GetGetter<T>(column);
    readonly List<T> _items = [];
    readonly List<int>? _ends = type.Size == 0 ? [] : null;
    VBuffer<T> _vector;
    T _scalar = default!;
    int _rows;

    public override void Append()
    {
        var before = _items.Count;
        if (_getScalar is not null)
        {
            _getScalar(ref _scalar);
            _items.Add(_scalar);
        }
        else
            AppendVector();
        _ends?.Add(_items.Count);
        _rows++;
        Bytes += type.BytesOf(CollectionsMarshal.AsSpan(_items)[before..]);
    }

    void AppendVector()
    {
        _getVector!(ref _vector);
        if (type.Size > 0 && _vector.Length != type.Size)
            throw new InvalidDataException(
                $"Column '{type.Name}' has {_vector.Length} values in a row, its type {type.Type} says {type.Size}.");
        var before = _items.Count;
        CollectionsMarshal.SetCount(_items, before + _vector.Length);
        var into = CollectionsMarshal.AsSpan(_items)[before..];
        _vector.CopyTo(into);
    }

    public override Column Take()
    {
        var taken = new Column<T>(type, _rows, [.. _items], _ends?.ToArray());
        _items.Clear();
        _ends?.Clear();
        (_rows, Bytes) = (0, 0);
        return taken;
    }
}
