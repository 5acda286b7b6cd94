using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A view that is its source and tells what was asked of it.</summary>
sealed class ProbeView(IDataView source) : IDataView
{
    int _open;

    /// <summary>Cursors opened and not disposed.</summary>
    public int OpenCursors => _open;

    /// <summary>The columns that the cursor opened last was asked for.</summary>
    public string[] Columns { get; private set; } = [];

    /// <summary>Rows that were moved to.</summary>
    public int Rows { get; private set; }

    /// <summary>Values that were read.</summary>
    public int Values { get; private set; }

    /// <summary>The row, counted from 0, on which MoveNext throws.</summary>
    public int? FailingRow { get; init; }

    /// <summary>Called after each row that is moved to, with how many there were so far.</summary>
    public Action<int>? Moved { get; init; }

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Columns = [.. columnsNeeded.Select(c => c.Name)];
        return new Cursor(this, source.GetRowCursor(columnsNeeded, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(columnsNeeded, n, rand).Select(cursor => new Cursor(this, cursor))];

    sealed class Cursor : DataViewRowCursor
    {
        readonly ProbeView _view;
        readonly DataViewRowCursor _source;
        bool _disposed;

        public Cursor(ProbeView view, DataViewRowCursor source)
        {
            _view = view;
            _source = source;
            Interlocked.Increment(ref view._open);
        }

        public override DataViewSchema Schema => _source.Schema;

        public override long Position => _source.Position;

        public override long Batch => _source.Batch;

        public override bool MoveNext()
        {
            Assert.IsFalse(_disposed, "A disposed source was moved.");
            if (_source.Position + 1 == _view.FailingRow)
                throw new IOException("The source failed.");
            var moved = _source.MoveNext();
            _view.Rows += moved ? 1 : 0;
            if (moved)
                _view.Moved?.Invoke(_view.Rows);
            return moved;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _source.IsColumnActive(column);

        public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
        {
            var getter = _source.GetGetter<T>(column);
            return (ref value) =>
            {
                _view.Values++;
                getter(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed)
            {
                _disposed = true;
                Interlocked.Decrement(ref _view._open);
                _source.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
