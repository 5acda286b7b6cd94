using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>A cursor that reads a window of rows ahead, computes them together and then walks through them.</summary>
sealed class BatchedCursor : DataViewRowCursor
{
    readonly BoundStage _stage;
    readonly DataViewRowCursor _source;
    readonly RequestedColumns _requested;
    readonly RowWindow _window;
    readonly ValueCache<DataViewRowId> _ids;
    readonly ValueCache<long> _batches;
    readonly ColumnCache[] _caches;         // everything that is kept of a row besides the window
    readonly Delegate?[] _getters;          // of the requested columns, by index
    readonly ValueGetter<DataViewRowId> _idGetter;
    int _row = -1;                          // in the window; -1: not on a row
    long _rowsSeen;
    bool _sourceEnded, _disposed;

    public BatchedCursor(BoundStage stage, DataViewRowCursor source, RequestedColumns requested)
    {
        _stage = stage;
        _source = source;
        _requested = requested;
        _getters = new Delegate?[stage.OutputSchema.Count];

        var columns = new ColumnCache?[stage.InputSchema.Count];
        foreach (var column in stage.OutputSchema.Take(columns.Length).Where(requested.Contains))
        {
            columns[column.Index] = ColumnCache.Create(source, stage.InputSchema[column.Index]);
            _getters[column.Index] = columns[column.Index]!.GetterAt(CurrentRow);
        }
        for (var output = 0; output < requested.Outputs.Length; output++)
        {
            if (requested.Outputs[output])
                _getters[columns.Length + output] = OutputGetter(output);
        }
        _ids = new(source.GetIdGetter());
        _batches = new((ref batch) => batch = source.Batch);
        _caches = [.. columns.OfType<ColumnCache>(), _ids, _batches];
        _idGetter = (ValueGetter<DataViewRowId>)_ids.GetterAt(CurrentRow);
        _window = stage.Open(new SharedRow(source, columns), requested.Outputs, single: false);
    }

    public override DataViewSchema Schema => _stage.OutputSchema;

    public override long Position => _row < 0 ? -1 : _rowsSeen - 1;

    public override long Batch => _row < 0 ? 0 : _batches[_row];

    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_row + 1 < _window.Count)
            _row++;
        else if (ReadAhead())
            _row = 0;
        else
            return false;
        _rowsSeen++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idGetter;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _requested.Contains(column);

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _requested.Typed<T>(_getters[_requested.ActiveIndexOf(column)]!, column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _row = -1;
            _window.Dispose();
            _source.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Whether there is a next window; it is read and computed.</summary>
    bool ReadAhead()
    {
        _row = -1;
        _window.Clear();
        foreach (var cache in _caches)
            cache.Clear();
        try
        {
            while (!_sourceEnded && !_window.IsFull)
                AppendNext();
            if (_window.Count > 0)
                _window.Compute();
        }
        catch
        {
            Dispose();  // going on would pass over the rows of this window in silence
            throw;
        }
        return _window.Count > 0;
    }

    void AppendNext()
    {
        if (!_source.MoveNext())
        {
            _sourceEnded = true;
            return;
        }
        foreach (var cache in _caches)
            cache.Append();
        _window.Append();   // after the caches, from which it reads what they have too
    }

    ValueGetter<VBuffer<float>> OutputGetter(int output) => (ref destination) => _window.CopyOutput(output, CurrentRow(), ref destination);

    int CurrentRow()
    {
        if (_row >= 0)
            return _row;
        ObjectDisposedException.ThrowIf(_disposed, this);
        throw new InvalidOperationException("The cursor is not on a row: values can be read after MoveNext has returned true.");
    }
}
