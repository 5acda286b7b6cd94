using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;
using ArrowField = Apache.Arrow.Field;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>A scalar or a vector of <typeparamref name="T"/>, whichever form its items have.</summary>
abstract class ColumnType<T>(string name, DataViewType type) : ColumnType(name, type)
{
    protected abstract IArrowType ItemType { get; }

    protected abstract IArrowArray ItemsToArrow(ReadOnlySpan<T> items);

    protected abstract T[] ItemsFromArrow(IArrowArray array, int first, int count);

    /// <summary>Bytes of items on their way.</summary>
    public abstract long BytesOf(ReadOnlySpan<T> items);

    public override ColumnBuffer Buffer(DataViewRow row, DataViewSchema.Column column) => new ColumnBuffer<T>(this, row, column);

    // The items of a list are never null here: a missing number is NaN, a missing key 0, a missing text empty, as ML.NET has them.
    ArrowField Item => new("item", ItemType, nullable: false);

    IArrowType ListType => !IsVector ? ItemType : Size > 0 ? new FixedSizeListType(Item, Size) : new ListType(Item);

    public override ArrowField Arrow => new(Name, ListType, nullable: false);

    public override IArrowArray ToArrow(Column column)
    {
        var values = (Column<T>)column;
        var items = ItemsToArrow(values.Items);
        if (!IsVector)
            return items;
        if (values.Ends is null)
            return new FixedSizeListArray(new ArrayData(ListType, column.Rows, 0, 0, [ArrowBuffer.Empty], [items.Data]));
        var offsets = new int[column.Rows + 1];
        values.Ends.CopyTo(offsets.AsSpan(1));
        return new ListArray(new ArrayData(ListType, column.Rows, 0, 0, [ArrowBuffer.Empty, Bytes<int>(offsets)], [items.Data]));
    }

    public override Column FromArrow(IArrowArray array)
    {
        if (!IsVector)
            return new Column<T>(this, array.Length, ItemsFromArrow(array, 0, array.Length), null);
        if (array is FixedSizeListArray fixedSize)
            return new Column<T>(this, array.Length, ItemsFromArrow(fixedSize.Values, 0, array.Length * Size), null);
        var list = (ListArray)array;
        var ends = list.ValueOffsets.Slice(1, array.Length).ToArray();
        return new Column<T>(this, array.Length, ItemsFromArrow(list.Values, 0, array.Length == 0 ? 0 : ends[^1]), ends);
    }

    protected static ArrowBuffer Bytes<TItem>(ReadOnlySpan<TItem> items)
        where TItem : struct => new(MemoryMarshal.AsBytes(items).ToArray());

    public override Task<Column> FromParquet(ParquetRowGroupReader group, DataField field, string path,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException($"Column '{Name}' is {Type}, which Parquet files do not have here.");

    public override Task ToParquet(ParquetRowGroupWriter group, DataField field, Column column, CancellationToken cancellationToken) =>
        throw new NotSupportedException(
            $"Column '{Name}' is {Type}, which Parquet files do not have here: leave it out of OutputColumnNames.");
}

/// <summary>Items that are their own bytes.</summary>
sealed class PlainColumnType<T>(string name, DataViewType type, IArrowType itemType) : ColumnType<T>(name, type) where T : struct
{
    protected override IArrowType ItemType => itemType;

    protected override IArrowArray ItemsToArrow(ReadOnlySpan<T> items) =>
        ArrowArrayFactory.BuildArray(new ArrayData(itemType, items.Length, 0, 0,
        [ArrowBuffer.Empty,
            new ArrowBuffer(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(items)),
                items.Length * Unsafe.SizeOf<T>()).ToArray())]));

    protected override T[] ItemsFromArrow(IArrowArray array, int first, int count)
    {
        var items = new T[count];
        var bytes = MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(items)),
            count * Unsafe.SizeOf<T>());
        array.Data.Buffers[1].Span.Slice((array.Data.Offset + first) * Unsafe.SizeOf<T>(), bytes.Length).CopyTo(bytes);
        return items;
    }

    public override long BytesOf(ReadOnlySpan<T> items) => (long)items.Length * Unsafe.SizeOf<T>();

    public override Parquet.Schema.Field ParquetField => ParquetColumn.Field<T>(this);

    public override Task<Column> FromParquet(ParquetRowGroupReader group, DataField field, string path,
        CancellationToken cancellationToken) =>
        ParquetColumn.Read(this, group, field, path, cancellationToken);

    public override Task ToParquet(ParquetRowGroupWriter group, DataField field, Column column, CancellationToken cancellationToken) =>
        ParquetColumn.Write(group, field, (Column<T>)column, cancellationToken);
}

sealed class TextColumnType(string name, DataViewType type) : ColumnType<ReadOnlyMemory<char>>(name, type)
{
    protected override IArrowType ItemType => StringType.Default;

    protected override IArrowArray ItemsToArrow(ReadOnlySpan<ReadOnlyMemory<char>> items)
    {
        var offsets = new int[items.Length + 1];
        for (var i = 0; i < items.Length; i++)
            offsets[i + 1] = checked(offsets[i] + Encoding.UTF8.GetByteCount(items[i].Span));
        var bytes = new byte[offsets[^1]];
        for (var i = 0; i < items.Length; i++)
            Encoding.UTF8.GetBytes(items[i].Span, bytes.AsSpan(offsets[i]));
        return new StringArray(new ArrayData(StringType.Default, items.Length, 0, 0,
            [ArrowBuffer.Empty, Bytes<int>(offsets), new ArrowBuffer(bytes)]));
    }

    protected override ReadOnlyMemory<char>[] ItemsFromArrow(IArrowArray array, int first, int count)
    {
        var texts = (StringArray)array;
        var items = new ReadOnlyMemory<char>[count];
        for (var i = 0; i < count; i++)
            items[i] = Encoding.UTF8.GetString(texts.GetBytes(first + i)).AsMemory();
        return items;
    }

    public override long BytesOf(ReadOnlySpan<ReadOnlyMemory<char>> items)
    {
        var bytes = (long)items.Length * sizeof(int);
        foreach (var item in items)
            bytes += Encoding.UTF8.GetByteCount(item.Span);
        return bytes;
    }

    public override Parquet.Schema.Field ParquetField => ParquetColumn.Field<ReadOnlyMemory<char>>(this);

    public override Task<Column> FromParquet(ParquetRowGroupReader group, DataField field, string path,
        CancellationToken cancellationToken) =>
        ParquetColumn.Read(this, group, field, path, cancellationToken);

    public override Task ToParquet(ParquetRowGroupWriter group, DataField field, Column column, CancellationToken cancellationToken) =>
        ParquetColumn.Write(group, field, (Column<ReadOnlyMemory<char>>)column, cancellationToken);
}
