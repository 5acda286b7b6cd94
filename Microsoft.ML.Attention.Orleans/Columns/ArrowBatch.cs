using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>Columns as one Arrow record batch in Arrow's stream format: one array of bytes,
/// which Orleans neither walks nor clones.</summary>
static class ArrowBatch
{
    public static byte[] Write(IReadOnlyList<Column> columns, int rows)
    {
        var schema = new Apache.Arrow.Schema([.. columns.Select(column => column.Type.Arrow)], null);
        using var batch = new RecordBatch(schema, columns.Select(column => column.Type.ToArrow(column)), rows);
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
        return stream.ToArray();
    }

    /// <param name="bytes">What <see cref="Write"/> made.</param>
    /// <param name="schema">Where the columns' ML.NET types stand.</param>
    /// <exception cref="InvalidDataException">A column is not in the schema.</exception>
    public static (IReadOnlyList<Column> Columns, int Rows) Read(ReadOnlyMemory<byte> bytes, DataViewSchema schema)
    {
        using var reader = new ArrowStreamReader(bytes);
        using var batch = reader.ReadNextRecordBatch() ?? throw new InvalidDataException("There is no record batch in the message.");
        var columns = batch.Schema.FieldsList.Select((field, index) => ColumnType.Of(schema.GetColumnOrNull(field.Name)
            ?? throw new InvalidDataException($"Column '{field.Name}' was sent, but the model's schema has none of that name: "
                + $"{string.Join(", ", schema.Select(column => column.Name))}."))
            .FromArrow(batch.Column(index)));
        return ([.. columns], batch.Length);
    }
}
