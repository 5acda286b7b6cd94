using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>A row of embeddings, in memory.</summary>
sealed class EmbeddingRow
{
    public float[] Tokens { get; init; } = [];

    /// <summary>Seeded normal-ish rows of these lengths.</summary>
    public static EmbeddingRow[] Draw(IEnumerable<int> lengths, int width)
    {
        var random = new Random(1);
        return [.. lengths.Select(length =>
            new EmbeddingRow { Tokens = [.. Enumerable.Range(0, length * width).Select(_ => (float)(2 * random.NextDouble() - 1))] })];
    }

    /// <param name="context">Where the view is made.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="length">Tokens of every row; 0 for ragged rows.</param>
    /// <param name="width">Numbers in a token.</param>
    public static IDataView View(MLContext context, IEnumerable<EmbeddingRow> rows, int length, int width)
    {
        var schema = SchemaDefinition.Create(typeof(EmbeddingRow));
        schema[nameof(Tokens)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length, width);
        return context.Data.LoadFromEnumerable(rows, schema);
    }
}
