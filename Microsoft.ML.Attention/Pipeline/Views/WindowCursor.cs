using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>Walks from window to window, keeping the moments of one window and its horizon.</summary>
sealed class WindowCursor : DataViewRowCursor
{
    readonly WindowedView _view;
    readonly DataViewRowCursor _series;
    readonly bool[] _active;
    readonly int _stride;
    readonly int _horizon;                  // moments to read after a window
    readonly List<float> _numbers = [];     // E of each moment that is kept
    readonly List<float> _values = [];      // what to forecast, one of each
    readonly Action _readNumbers;
    readonly Action? _readValue;
    long _first;                            // the first moment that is kept
    long _start = -1;                       // of the window
    long _position = -1;
    bool _ended, _isOnARow, _disposed;

    public WindowCursor(WindowedView view, DataViewRowCursor series, DataViewSchema.Column? labels, bool[] active, int stride)
    {
        (_view, _series, _active, _stride, _horizon) = (view, series, active, stride, labels is null ? 0 : view.Horizon);
        _readNumbers = Reader(view.Input, _numbers);
        _readValue = labels is null ? null : Reader(labels.Value, _values);
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _isOnARow ? _position : -1;

    public override long Batch => 0;

    long Kept => _numbers.Count / _view.Width;

    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var next = _start < 0 ? 0 : _start + _stride;
        Read(next + _view.Length + _horizon);
        if (_ended)
            next = Math.Min(next, _first + Kept - _view.Length);    // the last window ends with the series
        _isOnARow = next > _start;
        if (!_isOnARow)
            return false;
        (_start, _position) = (next, _position + 1);
        Forget();
        return true;
    }

    /// <summary>Reads up to a moment, or to the end.</summary>
    void Read(long end)
    {
        while (!_ended && _first + Kept < end)
        {
            if (_series.MoveNext())
            {
                _readNumbers();
                _readValue?.Invoke();
            }
            else
                _ended = true;
        }
    }

    /// <summary>Drops the moments before the window, but rarely, as what is kept moves.</summary>
    void Forget()
    {
        var count = _start - _first;
        if (count < Kept / 2)
            return;
        _numbers.RemoveRange(0, checked((int)count * _view.Width));
        if (_readValue is not null)
            _values.RemoveRange(0, (int)count);
        _first = _start;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref id) => id = new DataViewRowId((ulong)(Start() >= 0 ? _position : 0), 0);

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < _active.Length && _active[column.Index];

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when this cursor was opened.");
        Delegate getter = _view.Parts[column.Index] switch
        {
            WindowPart.Window => (ValueGetter<VBuffer<float>>)CopyWindow,
            WindowPart.Label => (ValueGetter<VBuffer<float>>)CopyLabels,
            _ => (ValueGetter<long>)((ref position) => position = Start()),
        };
        return getter as ValueGetter<T>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, and cannot be read as {typeof(T).Name}.");
    }

    void CopyWindow(ref VBuffer<float> window)
    {
        var first = (int)(Start() - _first) * _view.Width;
        var numbers = CollectionsMarshal.AsSpan(_numbers).Slice(first, _view.Length * _view.Width);
        var editor = VBufferEditor.Create(ref window, numbers.Length);
        numbers.CopyTo(editor.Values);
        window = editor.Commit();
    }

    void CopyLabels(ref VBuffer<float> labels)
    {
        var first = (int)(Start() - _first);
        var editor = VBufferEditor.Create(ref labels, _view.Length * _view.Horizon);
        for (var i = 0; i < editor.Values.Length; i++)
        {
            var moment = first + i / _view.Horizon + 1 + i % _view.Horizon;
            editor.Values[i] = moment < _values.Count ? _values[moment] : float.NaN;
        }
        labels = editor.Commit();
    }

    long Start()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _isOnARow
            ? _start
            : throw new InvalidOperationException("The cursor is not on a row: values can be read after MoveNext has returned true.");
    }

    Action Reader(DataViewSchema.Column column, List<float> target)
    {
        if (column.Type is not VectorDataViewType)
        {
            var getNumber = _series.GetGetter<float>(column);
            return () =>
            {
                var number = 0f;
                getNumber(ref number);
                target.Add(number);
            };
        }
        var getVector = _series.GetGetter<VBuffer<float>>(column);
        VBuffer<float> vector = default;
        return () =>
        {
            getVector(ref vector);
            target.AddRange(vector.DenseValues());
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _series.Dispose();
        }
        base.Dispose(disposing);
    }
}
