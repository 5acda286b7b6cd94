using Microsoft.ML.Attention.Orleans.Columns;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Orleans;

[TestClass]
public sealed class ColumnsTests
{
    [TestMethod]
    public void Arrow_OfEveryType_GivesTheSameRowsBack()
    {
        var view = ClusterRow.View(20);
        var (columns, rows) = ArrowBatch.Read(ArrowBatch.Write(Gather(view), 20), view.Schema);

        Assert.AreEqual(view.Read().Text(), new ColumnsView(view.Schema, columns, rows).Read().Text());
    }

    [TestMethod]
    public void Arrow_OfNoRows_GivesNoRowsBack()
    {
        var view = ClusterRow.View(0);
        var (columns, rows) = ArrowBatch.Read(ArrowBatch.Write(Gather(view), 0), view.Schema);

        Assert.AreEqual(0, rows);
        Assert.IsEmpty(new ColumnsView(view.Schema, columns, rows).Read());
    }

    [TestMethod]
    public void Sparse_ComesBackDense()
    {
        var view = new MLContext(1).Data.LoadFromEnumerable([new ToyRow { Words = ["a"] }, new ToyRow { Words = [] }]);
        var hot = new MLContext(1).Transforms.Text.ProduceHashedWordBags("Bag", "Text", numberOfBits: 3).Fit(view).Transform(view);
        var bag = hot.Schema["Bag"];
        var (columns, rows) = ArrowBatch.Read(ArrowBatch.Write(Gather(hot, bag), 2), hot.Schema);

        Assert.AreEqual(hot.Read([bag]).Text(), new ColumnsView(hot.Schema, columns, rows).Read([bag]).Text());
    }

    [TestMethod]
    public async Task Parquet_OfEveryTypeThatItHas_GivesTheSameRowsBack()
    {
        var view = new MLContext(1).Transforms.DropColumns("Zoned", "Duration").Fit(ClusterRow.View(20)).Transform(ClusterRow.View(20));
        using var folder = new TemporaryFolder();
        await ParquetFile.Write(folder["rows.parquet"], Gather(view), 20, "model", default);
        var (columns, rows) = await ParquetFile.ReadRowGroup(folder["rows.parquet"], 0,
            [.. view.Schema.Where(column => !column.IsHidden).Select(ColumnType.Of)], default);

        // Times to the microsecond: ten ticks.
        var expected = view.Read().Text();
        for (var i = 0; i < 20; i++)
            expected = expected.Replace($"{ClusterRow.Rows(20)[i].Time}", $"{ClusterRow.Rows(20)[i].Time.AddTicks(-(i % 10))}");
        Assert.AreEqual(expected, new ColumnsView(view.Schema, columns, rows).Read().Text());
        Assert.HasCount(1, Directory.GetFiles(folder[""]), "Nothing is left beside it.");
    }

    [TestMethod]
    public async Task Parquet_OfAnotherType_IsRefusedWithBoth()
    {
        using var folder = new TemporaryFolder();
        var view = ClusterRow.View(3);
        await ParquetFile.Write(folder["rows.parquet"], Gather(view, view.Schema["Precise"]), 3, "model", default);
        var wanted = new DataViewSchema.Builder();
        wanted.AddColumn("Precise", NumberDataViewType.Single);

        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() =>
            ParquetFile.ReadRowGroup(folder["rows.parquet"], 0, [ColumnType.Of(wanted.ToSchema()[0])], default));
        Assert.AreEqual($"Column 'Precise' of '{folder["rows.parquet"]}' holds Double; the model's input is Single, which is read from "
            + "Single.", error.Message);
    }

    [TestMethod]
    public async Task Parquet_OfAnotherLength_IsRefusedWithTheRow()
    {
        using var folder = new TemporaryFolder();
        var view = ClusterRow.View(3);
        await ParquetFile.Write(folder["rows.parquet"], Gather(view, view.Schema["Tokens"]), 3, "model", default);
        var wanted = new DataViewSchema.Builder();
        wanted.AddColumn("Tokens", new VectorDataViewType(NumberDataViewType.Single, 4));

        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() =>
            ParquetFile.ReadRowGroup(folder["rows.parquet"], 0, [ColumnType.Of(wanted.ToSchema()[0])], default));
        Assert.AreEqual($"Column 'Tokens' of '{folder["rows.parquet"]}' has 8 values in row 1 of a row group; the model's input is "
            + "Vector<Single, 4>.", error.Message);
    }

    [TestMethod]
    public void Images_AreRefusedByName()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Picture", new OwnType());

        var error = Assert.ThrowsExactly<NotSupportedException>(() => ColumnType.Of(schema.ToSchema()[0]));
        Assert.AreEqual("Column 'Picture' is picture, which Arrow does not have: convert it, or drop it, before the cluster.",
            error.Message);
    }

    static List<Column> Gather(IDataView view, params DataViewSchema.Column[] columns)
    {
        var wanted = columns.Length > 0 ? columns : [.. view.Schema.Where(column => !column.IsHidden)];
        using var cursor = view.GetRowCursor(wanted);
        ColumnBuffer[] buffers = [.. wanted.Select(column => ColumnType.Of(column).Buffer(cursor, column))];
        while (cursor.MoveNext())
            foreach (var buffer in buffers)
                buffer.Append();
        return [.. buffers.Select(buffer => buffer.Take())];
    }

    sealed class OwnType() : StructuredDataViewType(typeof(object))
    {
        public override bool Equals(DataViewType? other) => other is OwnType;

        public override string ToString() => "picture";
    }
}
