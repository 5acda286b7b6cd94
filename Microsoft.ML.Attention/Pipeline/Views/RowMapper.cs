using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>A stage applied to one row at a time, as PredictionEngine does.</summary>
sealed class RowMapper(BoundStage stage) : IRowToRowMapper
{
    public DataViewSchema InputSchema => stage.InputSchema;

    public DataViewSchema OutputSchema => stage.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        new RequestedColumns(stage, dependingColumns).Inputs;

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException($"The row has the columns {Names(input.Schema)} of another schema than the one this mapper is "
                + $"bound to: {Names(InputSchema)}.", nameof(input));
        return new MappedRow(stage, input, new RequestedColumns(stage, activeColumns));
    }

    static string Names(DataViewSchema schema) => string.Join(", ", schema.Select(c => c.Name));
}
