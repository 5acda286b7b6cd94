using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>The columns of a view of windows: those that it writes, and what it reads for them.</summary>
readonly record struct WindowColumns(string Output, string Input, string? Label, string? LabelSource, string? Position);

/// <summary>A lazy view of overlapping windows over a series.</summary>
sealed class WindowedView : IDataView
{
    readonly IDataView _series;
    readonly int _stride;

    /// <exception cref="ArgumentException">A column is missing or of another type, or two columns to write have one name.</exception>
    public WindowedView(IDataView series, WindowColumns columns, int length, int stride, int horizon)
    {
        (_series, Length, _stride, Horizon) = (series, length, stride, horizon);
        Input = ColumnOf(columns.Input, "inputColumnName");
        Width = WidthOf(Input) ?? throw new ArgumentException(
            $"Column '{Input.Name}' is {Input.Type}, but the numbers of a moment must be a Single or a vector of Single of fixed size.");
        if (columns.Label is not null)
        {
            LabelSource = columns.LabelSource is { } source ? ColumnOf(source, "labelSourceColumnName") : Input;
            if (WidthOf(LabelSource.Value) != 1)
                throw new ArgumentException(columns.LabelSource is null
                    ? $"Column '{Input.Name}' has {Width} numbers, so it does not say whose next values to write into '{columns.Label}': "
                        + "set labelSourceColumnName, or labelColumnName null."
                    : $"Column '{columns.LabelSource}' is {LabelSource.Value.Type}, but the values to forecast must be a Single.");
        }
        var schema = new DataViewSchema.Builder();
        Add(columns.Output, new VectorDataViewType(NumberDataViewType.Single, length, Width), WindowPart.Window);
        if (columns.Label is { } label)
            Add(label, new VectorDataViewType(NumberDataViewType.Single, (int[])(horizon == 1 ? [length] : [length, horizon])),
                WindowPart.Label);
        if (columns.Position is { } position)
            Add(position, NumberDataViewType.Int64, WindowPart.Position);
        Schema = schema.ToSchema();

        DataViewSchema.Column ColumnOf(string name, string argument) => series.Schema.GetColumnOrNull(name) ?? throw new ArgumentException(
            $"There is no column '{name}' ({argument}). There are: {string.Join(", ", series.Schema.Select(c => c.Name).Distinct())}.");

        void Add(string name, DataViewType type, WindowPart part)
        {
            if (Parts.Count > 0 && new[] { columns.Output, columns.Label, columns.Position }.Take(Parts.Count).Contains(name))
                throw new ArgumentException($"Two columns to write are '{name}': they need different names.");
            schema.AddColumn(name, type);
            Parts.Add(part);
        }
    }

    public DataViewSchema Schema { get; }

    /// <summary>What each column of the schema holds.</summary>
    public List<WindowPart> Parts { get; } = [];

    /// <summary>The column of a moment's numbers.</summary>
    public DataViewSchema.Column Input { get; }

    /// <summary>The column to forecast; null where nothing is.</summary>
    public DataViewSchema.Column? LabelSource { get; }

    /// <summary>Numbers of a moment.</summary>
    public int Width { get; }

    /// <summary>Moments of a window.</summary>
    public int Length { get; }

    /// <summary>Next values beside a moment.</summary>
    public int Horizon { get; }

    public bool CanShuffle => false;

    /// <summary>The last window ends with the series, whatever the stride.</summary>
    public long? GetRowCount() => _series.GetRowCount() is not { } moments ? null
        : moments < Length ? 0
        : (moments - Length + _stride - 1) / _stride + 1;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = [.. Schema.Select(column => columnsNeeded.Any(needed => needed.Index == column.Index))];
        var labels = Parts.Zip(active).Any(column => column is (WindowPart.Label, true)) ? LabelSource : null;
        DataViewSchema.Column[] read = labels is null || labels.Value.Index == Input.Index ? [Input] : [Input, labels.Value];
        return new WindowCursor(this, _series.GetRowCursor(read), labels, active, _stride);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Numbers in one value of a column of Single; null where it is none of fixed size.</summary>
    static int? WidthOf(DataViewSchema.Column column) =>
        column.Type == NumberDataViewType.Single ? 1
        : column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single ? vector.Size
        : null;
}

/// <summary>What a column of a view of windows holds.</summary>
enum WindowPart { Window, Label, Position }
