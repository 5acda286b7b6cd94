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
/// <param name="weight">The column of how much each row counts; null where all count the same.</param>
/// <param name="pairs">The columns of each row's pair, which becomes a row after it; null where there is none.</param>
sealed class DataViewRows(IDataView view, BoundColumns columns, Architecture architecture, LabelColumn? label, Action checkCanceled,
    long mostRows = long.MaxValue, DataViewSchema.Column? weight = null, BoundColumns? pairs = null) : IRowSource
{
    public RowLayout Layout { get; } = RowLayout.Of(architecture, columns.Mask is not null, columns.Bias is not null);

    /// <summary>Rows that had more tokens than the stage takes, in the last pass that was read to its end.</summary>
    public long RowsCut { get; private set; }

    public IEnumerable<LabelledRows> Read(Random? shuffle, long mostNumbers)
    {
        BoundColumns[] sides = pairs is null ? [columns] : [columns, pairs];
        var chunk = new LabelledRows(Layout)
        {
            LabelsPerToken =
            label?.Prediction switch { { OfTokens: true, Kind: LabelKind.Number, Size: var n } => n, { OfTokens: true } => 1, _ => 0 },
            RowsOfExample = sides.Length,
        };
        DataViewSchema.Column?[] beside = [label?.Column, weight];
        var read = sides.SelectMany(side => side.Columns).Concat(beside.OfType<DataViewSchema.Column>());
        using var cursor = view.GetRowCursor(read.DistinctBy(column => column.Index), view.CanShuffle ? shuffle : null);
        RowReader[] readers = [.. sides.Select(side => new RowReader(cursor, side, architecture, chunk.Rows))];
        var readLabel = label is null ? null : LabelReader.Of(cursor, label, () => (readers[0].Frames, readers[0].Kept));
        var readWeight = weight is { } column ? WeightReader.Of(cursor, column) : null;
        var readId = cursor.GetIdGetter();
        DataViewRowId id = default;
        for (var count = 0L; count < mostRows && cursor.MoveNext(); count++)
        {
            if (chunk.Rows.Numbers >= mostNumbers)
            {
                yield return chunk;
                chunk.Clear();
            }
            checkCanceled();   // each row: what comes before may take seconds for one
            foreach (var reader in readers)
            {
                reader.Append();
                readLabel?.Invoke(chunk);
                readWeight?.Invoke(chunk);
                readId(ref id);
                chunk.Ids.Add(id.Low ^ id.High);
            }
            CheckCosine(cursor.Position, chunk);
        }
        RowsCut = readers.Sum(reader => reader.RowsCut);
        if (chunk.Rows.Count > 0)
            yield return chunk;
    }

    void CheckCosine(long position, LabelledRows chunk)
    {
        if (pairs is not null && label is not null && Math.Abs(chunk.Labels[^1]) is > 1 and var beyond && float.IsFinite(beyond))
            throw new InvalidDataException(FormattableString.Invariant(
                $"Row {position}: label column '{label.Column.Name}' has {chunk.Labels[^1]}, but a cosine is from -1 to 1: scale it."));
    }
}
