using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The rows of a data view to learn from or to analyze, a chunk at a time.</summary>
/// <param name="view">The rows.</param>
/// <param name="columns">The stage's columns in it.</param>
/// <param name="architecture">What reads them.</param>
/// <param name="label">The column of labels; null for none.</param>
/// <param name="checkCanceled">Throws when reading should stop.</param>
/// <param name="mostRows">Rows to read at most.</param>
sealed class DataViewRows(IDataView view, BoundColumns columns, Architecture architecture, DataViewSchema.Column? label, Action checkCanceled, long mostRows = long.MaxValue) : IRowSource
{
    public RowLayout Layout { get; } = RowLayout.Of(architecture, columns.Mask is not null, columns.Bias is not null);

    /// <summary>Rows that had more tokens than the stage takes, in the last pass that was read to its end.</summary>
    public long RowsCut { get; private set; }

    public IEnumerable<LabelledRows> Read(Random? shuffle, long mostNumbers)
    {
        var chunk = new LabelledRows(Layout);
        using var cursor = view.GetRowCursor([.. columns.Columns, .. label is { } l ? [l] : (DataViewSchema.Column[])[]], view.CanShuffle ? shuffle : null);
        var reader = new RowReader(cursor, columns, architecture, chunk.Rows);
        var readLabel = label is null ? null : LabelGetter.Of(cursor, label.Value);
        var readId = cursor.GetIdGetter();
        DataViewRowId id = default;
        for (var count = 0L; count < mostRows && cursor.MoveNext(); count++)
        {
            if (chunk.Rows.Numbers >= mostNumbers)
            {
                yield return chunk;
                chunk.Clear();
            }
            if (chunk.Rows.Count % 256 == 0)
                checkCanceled();
            reader.Append();
            if (readLabel is not null)
                chunk.Labels.Add(readLabel());
            readId(ref id);
            chunk.Ids.Add(id.Low ^ id.High);
        }
        RowsCut = reader.RowsCut;
        if (chunk.Rows.Count > 0)
            yield return chunk;
    }
}
