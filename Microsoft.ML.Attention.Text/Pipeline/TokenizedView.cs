using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Text.Pipeline;

/// <summary>The columns of texts in one schema, and the column of tokens after them.</summary>
/// <param name="InputSchema">The schema.</param>
/// <param name="OutputSchema">The same, and the tokens.</param>
/// <param name="Texts">One column of texts, or two.</param>
/// <param name="Tokenize">From a text, or two, to ids.</param>
sealed record TokenizedColumns(DataViewSchema InputSchema, DataViewSchema OutputSchema, IReadOnlyList<DataViewSchema.Column> Texts,
    Func<string, string?, int[]> Tokenize)
{
    /// <summary>The columns of the source that are read where these are wanted.</summary>
    public IEnumerable<DataViewSchema.Column> Read(IEnumerable<DataViewSchema.Column> wanted)
    {
        var indices = wanted.Select(column => column.Index).ToHashSet();
        return InputSchema.Where(column =>
            indices.Contains(column.Index) || indices.Contains(InputSchema.Count) && Texts.Any(text => text.Index == column.Index));
    }

    /// <summary>Reads the tokens of a row; a missing text is an empty one.</summary>
    public ValueGetter<VBuffer<uint>> Getter(DataViewRow source)
    {
        var texts = Texts.Select(source.GetGetter<ReadOnlyMemory<char>>).ToArray();
        var (first, second) = (default(ReadOnlyMemory<char>), default(ReadOnlyMemory<char>));
        return (ref tokens) =>
        {
            texts[0](ref first);
            if (texts.Length > 1)
                texts[1](ref second);
            var ids = Tokenize(first.ToString(), texts.Length > 1 ? second.ToString() : null);
            var editor = VBufferEditor.Create(ref tokens, ids.Length);
            for (var t = 0; t < ids.Length; t++)
                editor.Values[t] = (uint)ids[t] + 1;        // keys count from 1
            tokens = editor.Commit();
        };
    }
}

/// <summary>A view with a column of tokens, made when they are read.</summary>
sealed class TokenizedView(IDataView source, TokenizedColumns columns) : IDataView
{
    public DataViewSchema Schema => columns.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] wanted = [.. columnsNeeded];
        return new TokenizedCursor(source.GetRowCursor(columns.Read(wanted), rand), columns, wanted);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] wanted = [.. columnsNeeded];
        return [.. source.GetRowCursorSet(columns.Read(wanted), n, rand).Select(cursor => new TokenizedCursor(cursor, columns, wanted))];
    }
}

/// <summary>What a cursor and a single row have in common: the source's getters, and that of the tokens.</summary>
sealed class TokenizedGetters(DataViewRow source, TokenizedColumns columns, IReadOnlyList<DataViewSchema.Column> wanted)
{
    readonly HashSet<int> _wanted = [.. wanted.Select(column => column.Index)];

    public bool Contains(DataViewSchema.Column column) => _wanted.Contains(column.Index);

    public ValueGetter<T> Of<T>(DataViewSchema.Column column)
    {
        if (!Contains(column))
            throw new ArgumentException($"Column '{column.Name}' is not active: it was not among the columns this row was opened for.",
                nameof(column));
        if (column.Index < columns.InputSchema.Count)
            return source.GetGetter<T>(columns.InputSchema[column.Index]);
        return columns.Getter(source) as ValueGetter<T>
            ?? throw new ArgumentException($"Column '{column.Name}' is of type {column.Type} and cannot be read as {typeof(T)}.",
                nameof(column));
    }
}

sealed class TokenizedCursor(DataViewRowCursor source, TokenizedColumns columns, IReadOnlyList<DataViewSchema.Column> wanted)
    : DataViewRowCursor
{
    readonly TokenizedGetters _getters = new(source, columns, wanted);

    public override DataViewSchema Schema => columns.OutputSchema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => source.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters.Contains(column);

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => _getters.Of<T>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>One row at a time, as a prediction engine reads it.</summary>
sealed class TokenizedMapper(TokenizedColumns columns) : IRowToRowMapper
{
    public DataViewSchema InputSchema => columns.InputSchema;

    public DataViewSchema OutputSchema => columns.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        columns.Read(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new TokenizedRow(input, columns, [.. activeColumns]);
}

sealed class TokenizedRow(DataViewRow source, TokenizedColumns columns, IReadOnlyList<DataViewSchema.Column> wanted) : DataViewRow
{
    readonly TokenizedGetters _getters = new(source, columns, wanted);

    public override DataViewSchema Schema => columns.OutputSchema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters.Contains(column);

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => _getters.Of<T>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
