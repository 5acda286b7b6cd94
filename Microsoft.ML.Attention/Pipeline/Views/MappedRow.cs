using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>A row and the columns a stage adds to it: computed when the first of them is read, and once for all of them.</summary>
sealed class MappedRow : DataViewRow
{
    readonly BoundStage _stage;
    readonly DataViewRow _input;
    readonly RequestedColumns _requested;
    readonly RowWindow? _window;            // null when no added column was asked for
    readonly Delegate?[] _getters;          // of the added columns that were asked for
    long _computed = -1;                    // the input's position whose outputs the window holds; -1, never a readable row's: none
    bool _disposed;

    public MappedRow(BoundStage stage, DataViewRow input, RequestedColumns requested)
    {
        _stage = stage;
        _input = input;
        _requested = requested;
        _window = requested.NeedsComputing ? stage.Open(input, requested.Outputs, single: true) : null;
        _getters = [.. requested.Outputs.Select((isWanted, output) => isWanted ? OutputGetter(_window!.Output(output)) : null)];
    }

    public override DataViewSchema Schema => _stage.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _requested.Contains(column);

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var index = _requested.ActiveIndexOf(column);
        var output = index - _stage.InputSchema.Count;
        return output < 0 ? _input.GetGetter<T>(_stage.InputSchema[index]) : _requested.Typed<T>(_getters[output]!, column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _window?.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    Delegate OutputGetter(RowOutput output) => output.Getter(() => output, () =>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_computed < 0 || _computed != _input.Position)
            Compute();
        return 0;
    });

    // ML.NET promises that a row's position is incremented with its content; PredictionEngine does so on every Predict,
    // also of the same object.
    void Compute()
    {
        var position = _input.Position;
        if (position < 0)
            throw new InvalidOperationException("The row has no content yet: its position is -1.");
        _window!.Clear();
        _window.Append();
        _window.Compute();
        _computed = position;               // not before: a computation that throws leaves nothing to read
    }
}
