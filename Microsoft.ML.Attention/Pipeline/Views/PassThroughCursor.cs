using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

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
