using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>The source's current row as a window sees it: a column that is passed through as well is read from its cache.</summary>
/// <remarks>ML.NET computes a value whenever its getter is called; read twice a row by each of k stages it would be computed 2^k
/// times.</remarks>
sealed class SharedRow(DataViewRow source, ColumnCache?[] cached) : DataViewRow
{
    public override DataViewSchema Schema => source.Schema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) =>
        cached[column.Index]?.LastGetter as ValueGetter<T> ?? source.GetGetter<T>(column);
}
