using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>Row groups of Parquet files to columns in memory, and back.</summary>
static class ParquetFile
{
    public const string ModelKey = "attention.model", RowsKey = "attention.rows";

    /// <exception cref="InvalidDataException">A column is not in the file, or is of another type.</exception>
    public static async Task<(IReadOnlyList<Column> Columns, int Rows)> ReadRowGroup(string path, int rowGroup,
        IReadOnlyList<ColumnType> types, CancellationToken cancellationToken)
    {
        await using var reader = await Open(path, cancellationToken);
        using var group = reader.OpenRowGroupReader(rowGroup);
        var columns = new List<Column>();
        foreach (var type in types)
        {
            var field = Array.Find(reader.Schema.GetDataFields(), f => f.Path.FirstPart == type.Name)
                ?? throw new InvalidDataException($"'{path}' has no column '{type.Name}'. It has: "
                    + $"{string.Join(", ", reader.Schema.Fields.Select(f => f.Name).Take(16))}.");
            columns.Add(await type.FromParquet(group, field, path, cancellationToken));
        }
        return (columns, checked((int)group.RowCount));
    }

    /// <summary>Writes beside the path and moves there: a file is whole or not there, and writing it twice is writing it once.</summary>
    public static async Task Write(string path, IReadOnlyList<Column> columns, int rows, string model, CancellationToken cancellationToken)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var schema = new ParquetSchema(columns.Select(column => column.Type.ParquetField));
            await using (var file = File.Create(beside))
            await using (var writer =
                await ParquetWriter.CreateAsync(schema, file, new ParquetOptions(), cancellationToken: cancellationToken))
            {
                writer.CustomMetadata = new Dictionary<string, string> { [ModelKey] = model, [RowsKey] = $"{rows}" };
                using var group = writer.CreateRowGroup();
                foreach (var (field, column) in schema.GetDataFields().Zip(columns))
                    await column.Type.ToParquet(group, field, column, cancellationToken);
                group.CompleteValidate();
            }
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <exception cref="InvalidDataException">It is not a Parquet file.</exception>
    public static async Task<ParquetReader> Open(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ParquetReader.CreateAsync(path, new ParquetOptions(), cancellationToken);
        }
        catch (Exception e) when (e is not (FileNotFoundException or DirectoryNotFoundException or OperationCanceledException))
        {
            throw new InvalidDataException($"'{path}' cannot be read as Parquet: {e.Message}", e);
        }
    }
}
