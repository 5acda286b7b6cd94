using System.IO.Compression;
using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Orleans.Silo;

/// <summary>The rows of a search as one file, so that silos get them as they get models: an archive of their schema, as ML.NET saves it,
/// and one Arrow record batch.</summary>
sealed class TrialData : IDisposable
{
    const string SchemaEntry = "schema.zip", RowsEntry = "rows.arrow", Ids = "#id";

    /// <summary>Arrow counts the items of a column in 32 bits, and a silo holds the rows in memory.</summary>
    const long MostBytes = 1L << 30;

    public TrialData(MLContext context, byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file, writable: false));
        using var saved = new MemoryStream(Entry(SchemaEntry), writable: false);
        _ = context.Model.Load(saved, out var schema);
        var (columns, rows) = ArrowBatch.Read(Entry(RowsEntry), WithIds(schema));
        View = new ColumnsView(schema, [.. columns.Where(column => column.Name != Ids)], rows,
            ((Column<DataViewRowId>)columns.Single(column => column.Name == Ids)).Items);

        byte[] Entry(string name)
        {
            using var entry = (archive.GetEntry(name)
                ?? throw new InvalidDataException($"The rows of the search have no entry '{name}'.")).Open();
            using var bytes = new MemoryStream();
            entry.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    public IDataView View { get; }

    /// <summary>The rows with their ids, which decide what learning holds out for validation.</summary>
    /// <exception cref="InvalidOperationException">The rows are more than are sent.</exception>
    public static byte[] Write(IDataView data)
    {
        var columns = data.Schema.Where(column => !column.IsHidden && ColumnType.TryOf(column) is not null).ToArray();
        using var cursor = data.GetRowCursor(columns);
        ColumnBuffer[] buffers = [.. columns.Select(column => ColumnType.Of(column).Buffer(cursor, column))];
        var getId = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            ids.Add(id);
            foreach (var buffer in buffers)
                buffer.Append();
            if (buffers.Sum(buffer => buffer.Bytes) > MostBytes)
                throw new InvalidOperationException($"The first {ids.Count} rows have more than {MostBytes >> 20} MiB: give a search on "
                    + "a cluster fewer rows, or drop columns that it does not need.");
        }
        using var schema = new MemoryStream();
        new MLContext().Model.Save(new TransformerChain<ITransformer>(), Calls.ClusterFile.Sendable(data.Schema), schema);
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(SchemaEntry, Calls.ClusterFile.Dateless(schema));
            Add(RowsEntry,
                ArrowBatch.Write([.. buffers.Select(buffer => buffer.Take()),
                    new Column<DataViewRowId>((ColumnType<DataViewRowId>)ColumnType.Of(IdColumn), ids.Count, [.. ids], null)], ids.Count));

            void Add(string name, byte[] bytes)
            {
                var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
                entry.LastWriteTime = Calls.ClusterFile.NoTime;
                using var stream = entry.Open();
                stream.Write(bytes);
            }
        }
        return file.ToArray();
    }

    static DataViewSchema.Column IdColumn => WithIds(new DataViewSchema.Builder().ToSchema())[Ids];

    static DataViewSchema WithIds(DataViewSchema schema)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        builder.AddColumn(Ids, RowIdDataViewType.Instance);
        return builder.ToSchema();
    }

    public void Dispose()
    {
    }
}
