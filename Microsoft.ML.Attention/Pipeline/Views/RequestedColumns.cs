namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>The columns of a stage's output that someone asked for, and the input columns it takes to answer.</summary>
sealed class RequestedColumns
{
    readonly DataViewSchema _schema;
    readonly bool[] _requested;

    public RequestedColumns(BoundStage stage, IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _schema = stage.OutputSchema;
        _requested = new bool[_schema.Count];
        foreach (var column in columns)
            _requested[IndexOf(column)] = true;

        Outputs = _requested[stage.InputSchema.Count..];
        NeedsComputing = Outputs.Contains(true);
        Inputs = [.. stage.InputSchema.Where(c => _requested[c.Index] || (NeedsComputing && stage.Dependencies.Contains(c.Index)))];
    }

    /// <summary>Whether each added column is among them.</summary>
    public bool[] Outputs { get; }

    /// <summary>Whether anything has to be computed.</summary>
    public bool NeedsComputing { get; }

    /// <summary>The input columns that are passed through or computed from.</summary>
    public IReadOnlyList<DataViewSchema.Column> Inputs { get; }

    /// <summary>Whether <paramref name="column"/> is among them.</summary>
    public bool Contains(DataViewSchema.Column column) => _requested[IndexOf(column)];

    /// <summary>The index of a column that must be among them.</summary>
    public int ActiveIndexOf(DataViewSchema.Column column) => Contains(column)
        ? column.Index
        : throw new ArgumentException($"Column '{column.Name}' is not active: it was not among the columns this row was opened for.",
            nameof(column));

    /// <summary>A column's getter as its reader's type has it.</summary>
    public ValueGetter<T> Typed<T>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<T>
        ?? throw new ArgumentException($"Column '{column.Name}' is of type {_schema[column.Index].Type} and cannot be read as {typeof(T)}.",
            nameof(column));

    // By index, as ML.NET does: of several columns with one name all but the last are hidden, and may still be read.
    int IndexOf(DataViewSchema.Column column) => column.Index < _schema.Count && _schema[column.Index].Name == column.Name
        ? column.Index
        : throw new ArgumentException($"Column '{column.Name}' (index {column.Index}) belongs to another schema; this one has: "
            + $"{string.Join(", ", _schema.Select(c => c.Name))}.", nameof(column));
}
