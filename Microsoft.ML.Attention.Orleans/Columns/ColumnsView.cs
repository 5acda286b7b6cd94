using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>Rows from columns in memory. Of the schema's columns those that are not there cannot be read,
/// and a model that does not need them does not ask.</summary>
sealed class ColumnsView(DataViewSchema schema, IReadOnlyList<Column> columns, int rows, DataViewRowId[]? ids = null) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(schema, columns, rows, ids, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    sealed class Cursor : DataViewRowCursor
    {
        readonly Column?[] _columns;
        readonly int _rows;
        readonly DataViewRowId[]? _ids;
        int _row = -1;

        public Cursor(DataViewSchema schema, IReadOnlyList<Column> columns, int rows, DataViewRowId[]? ids,
            IEnumerable<DataViewSchema.Column> needed)
        {
            (Schema, _rows, _ids, _columns) = (schema, rows, ids, new Column?[schema.Count]);
            foreach (var column in needed)
                _columns[column.Index] = columns.FirstOrDefault(c => c.Name == column.Name && !column.IsHidden)
                    ?? throw new InvalidOperationException(
                        $"Column '{column.Name}' is not among those that were sent: {string.Join(", ", columns.Select(c => c.Name))}.");
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _row < _rows ? _row : -1;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _columns[column.Index] is not null;

        public override bool MoveNext() => _row < _rows && ++_row < _rows;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (_columns[column.Index] ?? throw new ArgumentException($"Column '{column.Name}' is not active."))
                .Getter(() => _row) as ValueGetter<TValue>
                    ?? throw new ArgumentException($"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
            id = _ids is null ? new((ulong)_row, 0) : _ids[_row];
    }
}
