using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>The values of one column for the rows of a batch, side by side: what a cursor's getters,
/// an Arrow array and a Parquet column all become.</summary>
abstract class Column(ColumnType type, int rows)
{
    public ColumnType Type { get; } = type;

    public string Name => Type.Name;

    public int Rows { get; } = rows;

    /// <summary>A <c>ValueGetter</c> of the column's type, for the row that <paramref name="row"/> tells.</summary>
    public abstract Delegate Getter(Func<int> row);
}

/// <param name="type">Its name and type.</param>
/// <param name="rows">How many rows it has.</param>
/// <param name="items">The numbers or texts of all rows, one row after the other.</param>
/// <param name="ends">Where each row's items end; null where every row has as many as the type says.</param>
sealed class Column<T>(ColumnType<T> type, int rows, T[] items, int[]? ends) : Column(type, rows)
{
    public T[] Items { get; } = items;

    public int[]? Ends { get; } = ends;

    public ReadOnlySpan<T> Of(int row) => Ends is null
        ? Items.AsSpan(row * type.Size, type.Size)
        : Items.AsSpan((row == 0 ? 0 : Ends[row - 1])..Ends[row]);

    public override Delegate Getter(Func<int> row) => type.IsVector
        ? (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            var items = Of(row());
            var editor = VBufferEditor.Create(ref value, items.Length);
            items.CopyTo(editor.Values);
            value = editor.Commit();
        })
        : (ValueGetter<T>)((ref T value) => value = Items[row()]);
}
