using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Calls;

/// <summary>What the model makes of the rows, computed by the cluster as cursors ask for it.</summary>
sealed class ClusterView : IDataView
{
    readonly IClusterClient _cluster;
    readonly IDataView _input;
    readonly ClusterScoringOptions _options;
    readonly IRowToRowMapper _mapper;
    readonly Lazy<ClusterFile> _file;

    /// <exception cref="NotSupportedException">The model does not make one row of each row by itself.</exception>
    public ClusterView(ITransformer model, IClusterClient cluster, IDataView input, ClusterScoringOptions options)
    {
        options.Check();
        (_cluster, _input, _options) = (cluster, input, options);
        _mapper = RowByRow(model, input.Schema);
        // Saved when the first row is asked for: a view that nobody reads costs nothing.
        _file = new(() => ClusterFile.OfModel(model, options.InputSchema ?? input.Schema, options.ModelPath));
    }

    /// <exception cref="NotSupportedException">The model does not make one row of each row by itself.</exception>
    public static IRowToRowMapper RowByRow(ITransformer model, DataViewSchema schema) => model.IsRowToRowMapper
        ? model.GetRowToRowMapper(schema)
        : throw new NotSupportedException($"{model.GetType().Name} does not make each row of its own input row alone, as models on a "
            + "cluster must: batches of rows go to different silos.");

    public DataViewSchema Schema => _mapper.OutputSchema;

    public bool CanShuffle => _input.CanShuffle;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] outputs = [.. columnsNeeded.DistinctBy(column => column.Index)];
        foreach (var column in outputs)
        {
            if (column.IsHidden)
                throw new NotSupportedException(
                    $"Column '{column.Name}' is hidden by another of its name, which is the one that the cluster gives.");
            _ = ColumnType.Of(column);
        }
        DataViewSchema.Column[] inputs = [.. outputs.Length == 0 ? [] : _mapper.GetDependencies(outputs)];
        var types = inputs.Select(ColumnType.Of).ToArray();
        return new ClusterCursor(Schema, outputs, _input.GetRowCursor(inputs, rand), inputs, types, new(_cluster, _file.Value, _options),
            _file.Value, _options);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
