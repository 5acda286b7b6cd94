using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Attention.Orleans.Silo;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>Sends batches ahead, as many as the options say, and gives their rows in the input's order.</summary>
sealed class ClusterCursor : DataViewRowCursor
{
    /// <summary>A batch on its way: what the input says of its rows stays here.</summary>
    readonly record struct Sent(IReadOnlyList<(long Batch, DataViewRowId Id)> Rows, Task<Answer> Answer);

    readonly DataViewRowCursor _input;
    readonly ValueGetter<DataViewRowId> _getId;
    readonly ColumnBuffer[] _buffers;
    readonly string[] _outputs;
    readonly ClusterCalls _calls;
    readonly ClusterFile _file;
    readonly ClusterScoringOptions _options;
    readonly bool[] _isActive;
    readonly Column?[] _columns;
    readonly Queue<Sent> _sent = new();
    readonly CancellationTokenSource _stopping = new();
    IReadOnlyList<(long Batch, DataViewRowId Id)> _rows = [];
    int _row = -1;
    long _position = -1;
    long _read;
    bool _isShared, _isInputAtEnd, _isAtEnd;

    public ClusterCursor(DataViewSchema schema, DataViewSchema.Column[] outputs, DataViewRowCursor input, DataViewSchema.Column[] inputs,
        ColumnType[] types,
        ClusterCalls calls, ClusterFile file, ClusterScoringOptions options)
    {
        (Schema, _input, _calls, _file, _options) = (schema, input, calls, file, options);
        _getId = input.GetIdGetter();
        _buffers = [.. types.Zip(inputs, (type, column) => type.Buffer(input, column))];
        _outputs = [.. outputs.Select(column => column.Name)];
        _isActive = new bool[schema.Count];
        _columns = new Column?[schema.Count];
        foreach (var column in outputs)
            _isActive[column.Index] = true;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _isAtEnd ? -1 : _position;

    public override long Batch => _row < 0 || _isAtEnd ? -1 : _rows[_row].Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _isActive[column.Index];

    public override bool MoveNext()
    {
        if (_isAtEnd)
            return false;
        while (++_row >= _rows.Count)
        {
            SendAhead();
            if (!_sent.TryDequeue(out var next))
            {
                _isAtEnd = true;
                return false;
            }
            Take(next);
        }
        _position++;
        return true;
    }

    /// <summary>Reads the input no further than calls may be under way.</summary>
    void SendAhead()
    {
        if (!_isShared)
            Task.Run(() => _file.Share(_options.SharedFolder)).GetAwaiter().GetResult();
        _isShared = true;
        while (!_isInputAtEnd && _sent.Count < _options.CallsInFlight)
            if (Gather() is { Count: > 0 } rows)
            {
                var what = $"Rows {_read} to {_read + rows.Count - 1}";
                _read += rows.Count;
                _sent.Enqueue(new(rows, _outputs.Length == 0
                    ? Task.FromResult(new Answer(AnswerKind.Done, "", rows.Count))   // only counted: there is nothing to ask for
                    : _calls.Score(what, new(_file.Hash, _outputs,
                        ArrowBatch.Write([.. _buffers.Select(buffer => buffer.Take())], rows.Count)), _stopping.Token)));
            }
    }

    List<(long, DataViewRowId)> Gather()
    {
        var rows = new List<(long, DataViewRowId)>();
        var bytes = 0L;
        while (rows.Count < _options.BatchRows && bytes < _options.BatchBytes)
        {
            if (!_input.MoveNext())
            {
                _isInputAtEnd = true;
                break;
            }
            DataViewRowId id = default;
            _getId(ref id);
            rows.Add((_input.Batch, id));
            bytes = 0;
            foreach (var buffer in _buffers)
            {
                buffer.Append();
                bytes += buffer.Bytes;
            }
            if (bytes > ClusterScoringOptions.MostBytes)
                throw new InvalidDataException($"Row {_read + rows.Count - 1} and those of its batch have {bytes} bytes in the columns "
                    + $"{string.Join(", ", _buffers.Length)}, more than a message carries.");
        }
        return rows;
    }

    void Take(Sent batch)
    {
        Answer answer;
        try
        {
            answer = batch.Answer.GetAwaiter().GetResult();
        }
        catch
        {
            _isAtEnd = true;
            throw;
        }
        (_rows, _row) = (batch.Rows, -1);
        if (_outputs.Length == 0)
            return;
        var (columns, rows) = ArrowBatch.Read(answer.Bytes, Schema);
        if (rows != batch.Rows.Count)
            throw new InvalidDataException($"Silo {answer.Silo} answered {rows} rows of {batch.Rows.Count}.");
        foreach (var column in columns)
            _columns[Schema[column.Name].Index] = column;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_isActive[column.Index])
            throw new ArgumentException($"Column '{column.Name}' is not active in this cursor.");
        Column? current = null;
        ValueGetter<TValue>? get = null;
        return (ref TValue value) =>
        {
            if (_isAtEnd || _row < 0)
                throw new InvalidOperationException("The cursor stands on no row.");
            // Each batch brings columns of its own.
            if (!ReferenceEquals(current, _columns[column.Index]))
            {
                current = _columns[column.Index]!;
                get = current.Getter(() => _row) as ValueGetter<TValue>
                    ?? throw new ArgumentException($"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");
            }
            get!(ref value);
        };
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _rows[_row].Id;

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
            foreach (var sent in _sent)
                _ = sent.Answer.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
            _input.Dispose();
        }
        base.Dispose(disposing);
    }
}
