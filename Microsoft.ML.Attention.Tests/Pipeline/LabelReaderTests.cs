using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline;

/// <summary>Labels as numbers, held to what their type says.</summary>
[TestClass]
public sealed class LabelReaderTests
{
    static readonly MLContext Ml = new(1);

    [TestMethod]
    public void Label_BeyondTheCountOfItsKey_IsAnErrorThatNamesRowAndColumn()
    {
        var view = new LyingView(1, 3);
        var column = view.Schema["Label"];
        using var cursor = view.GetRowCursor([column]);
        var get = LabelReader.ValueOf(cursor, column);

        cursor.MoveNext();
        Assert.AreEqual(0, get());
        cursor.MoveNext();
        Assert.AreEqual("Row 1: column 'Label' (Key<UInt32, 0-1>) holds the label 3, but its type has 2.",
            Assert.ThrowsExactly<InvalidDataException>(() => get()).Message);
    }

    [TestMethod]
    public void Fit_OfALabelBeyondTheCount_SaysSo()
    {
        var view = new LyingView(1, 2, 3);
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Y",
            InputColumnNames = ["X"],
            LabelColumnName = "Label",
            NumberOfHeads = 1,
            Pooling = AttentionPooling.Mean
        };
        Assert.StartsWith("Row 2: column 'Label'",
            Assert.ThrowsExactly<InvalidDataException>(() => Ml.Transforms.MultiHeadAttention(options).Fit(view)).Message);
    }

    sealed class Row
    {
        [VectorType(2, 2)]
        public float[] X { get; set; } = [1, 2, 3, 4];

        public uint Label { get; set; }
    }

    /// <summary>Rows of these labels, which are called keys of two values.</summary>
    sealed class LyingView(params uint[] labels) : IDataView
    {
        readonly IDataView _source = Ml.Data.LoadFromEnumerable(labels.Select(label => new Row { Label = label }));

        public DataViewSchema Schema { get; } = Lie();

        public bool CanShuffle => false;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new Cursor(_source.GetRowCursor(_source.Schema), Schema);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];

        static DataViewSchema Lie()
        {
            var schema = new DataViewSchema.Builder();
            schema.AddColumn("X", new VectorDataViewType(NumberDataViewType.Single, 2, 2));
            schema.AddColumn("Label", new KeyDataViewType(typeof(uint), 2));
            return schema.ToSchema();
        }

        sealed class Cursor(DataViewRowCursor source, DataViewSchema schema) : DataViewRowCursor
        {
            public override DataViewSchema Schema => schema;

            public override long Position => source.Position;

            public override long Batch => source.Batch;

            public override bool MoveNext() => source.MoveNext();

            public override bool IsColumnActive(DataViewSchema.Column column) => true;

            public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
                source.GetGetter<TValue>(source.Schema[column.Name]);
        }
    }
}
