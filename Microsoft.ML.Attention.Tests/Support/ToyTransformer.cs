using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>An ML.NET transformer made of a <see cref="ToyStage"/>, put together as the library's own is.</summary>
sealed class ToyTransformer(string input, string sum = "Sum", string length = "Length", int windowSize = 7, bool leavesACore = true)
    : ITransformer
{
    public ToyCounts Counts { get; } = new();

    /// <summary>What <see cref="ICanSaveModel.Save"/> saves.</summary>
    public Dictionary<string, Action<Stream>> Entries { get; } = [];

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input) => new BatchedView(input, Bind(input.Schema));

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(Bind(inputSchema));

    public void Save(ModelSaveContext ctx) => MLNetInternals.Save(ctx, Entries);

    public ToyStage Bind(DataViewSchema schema) => new(schema, input, sum, length, windowSize, Counts, leavesACore);
}
