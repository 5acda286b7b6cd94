using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>A lazy view that adds a stage's columns to its source, computing them for a window of rows at a time.</summary>
/// <remarks>
/// Memory is bounded by the window and not by the data. A cursor opens one cursor on the source, whatever is asked for:
/// ML.NET's own batched view reads a second one ahead, which computes everything upstream twice.
/// </remarks>
sealed class BatchedView(IDataView source, BoundStage stage) : IDataView
{
    public DataViewSchema Schema => stage.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var requested = new RequestedColumns(stage, columnsNeeded);
        return Extend([source.GetRowCursor(requested.Inputs, rand)], requested)[0];
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var requested = new RequestedColumns(stage, columnsNeeded);
        return Extend([.. source.GetRowCursorSet(requested.Inputs, n, rand)], requested);
    }

    DataViewRowCursor[] Extend(DataViewRowCursor[] cursors, RequestedColumns requested)
    {
        try
        {
            for (var i = 0; i < cursors.Length; i++)
                cursors[i] = requested.NeedsComputing
                    ? new BatchedCursor(stage, cursors[i], requested)
                    : new PassThroughCursor(stage, cursors[i], requested);
            return cursors;
        }
        catch
        {
            foreach (var cursor in cursors)
                cursor.Dispose();
            throw;
        }
    }
}

/// <summary>A cursor of which no added column was asked for: the source's own, under the wider schema.</summary>
sealed class PassThroughCursor(BoundStage stage, DataViewRowCursor source, RequestedColumns requested) : DataViewRowCursor
{
    public override DataViewSchema Schema => stage.OutputSchema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => source.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => requested.Contains(column);

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) =>
        source.GetGetter<T>(stage.InputSchema[requested.ActiveIndexOf(column)]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
