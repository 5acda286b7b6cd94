using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Views;

[TestClass]
public sealed class BatchedCursorTests
{
    readonly ToyTransformer _toy = new("Values", windowSize: 3);
    readonly ToyTransformer _busyToy = new("Values", windowSize: 3, leavesACore: false);

    [TestMethod]
    public void Position_CountsTheRowsAndIsMinusOneOffThem()
    {
        using var cursor = Open(ToyData.View(4));
        var positions = new List<long> { cursor.Position };

        while (cursor.MoveNext())
            positions.Add(cursor.Position);

        Assert.IsFalse(cursor.MoveNext());
        CollectionAssert.AreEqual(new long[] { -1, 0, 1, 2, 3, -1 }, positions.Append(cursor.Position).ToArray());
    }

    [TestMethod]
    public void Getter_OffTheRows_SaysWhenItMayBeCalled()
    {
        using var cursor = Open(ToyData.View(1));
        var sum = cursor.Numbers("Sum");
        var text = cursor.Reader(cursor.Schema["Text"]);

        foreach (var getter in new Func<object>[] { sum, text })
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(getter);
            Assert.AreEqual("The cursor is not on a row: values can be read after MoveNext has returned true.", error.Message);
        }
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual("row 0", text());
        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(sum);
    }

    [TestMethod]
    public void Getter_AskedForInAnyOrderAndRepeatedly_GivesTheCurrentRow()
    {
        using var cursor = Open(ToyData.View(6));
        for (var row = 0; row < 5; row++)
            Assert.IsTrue(cursor.MoveNext());

        var sum = cursor.Numbers("Sum");

        Assert.AreEqual(0f, sum()[0]);      // row 4 has no values
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(5f, sum()[0]);
        Assert.AreEqual(5f, sum()[0]);
    }

    [TestMethod]
    public void Getter_FillsTheCallersBuffer_WhichIsNotSeenAgain()
    {
        using var cursor = Open(ToyData.View(4));
        var getters = new[] { "Values", "Sum" }.Select(name => cursor.GetGetter<VBuffer<float>>(cursor.Schema[name])).ToArray();
        for (var row = 0; row < 4; row++)
            Assert.IsTrue(cursor.MoveNext());

        foreach (var getter in getters)
        {
            var first = default(VBuffer<float>);
            getter(ref first);
            var expected = first.DenseValues().ToArray();
            var editor = VBufferEditor.CreateFromBuffer(ref first);
            editor.Values.Fill(-1);

            var second = default(VBuffer<float>);
            getter(ref second);
            CollectionAssert.AreEqual(expected, second.DenseValues().ToArray());
        }
    }

    [TestMethod]
    public void Getter_OfAnInactiveColumn_NamesIt()
    {
        using var cursor = Open(ToyData.View(1), "Sum");

        var error = Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<VBuffer<float>>(cursor.Schema["Length"]));

        StringAssert.StartsWith(error.Message, "Column 'Length' is not active: it was not among the columns this row was opened for.");
    }

    [TestMethod]
    public void Getter_OfAnotherSchemasColumn_NamesItAndWhatThereIs()
    {
        using var cursor = Open(ToyData.View(1));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Foreign", NumberDataViewType.Single);

        var error = Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<float>(builder.ToSchema()[0]));

        StringAssert.StartsWith(error.Message,
            "Column 'Foreign' (index 0) belongs to another schema; this one has: Values, Text, Key, Pair, Words, Time, Sum, Length.");
    }

    [TestMethod]
    public void Getter_OfTheWrongType_SaysBoth()
    {
        using var cursor = Open(ToyData.View(1));

        var added = Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<float>(cursor.Schema["Sum"]));
        var passed = Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<float>(cursor.Schema["Text"]));

        StringAssert.StartsWith(added.Message, "Column 'Sum' is of type Vector<Single, 1> and cannot be read as System.Single.");
        StringAssert.StartsWith(passed.Message, "Column 'Text' is of type String and cannot be read as System.Single.");
    }

    [TestMethod]
    public void DisposedCursor_SaysSo()
    {
        var cursor = Open(ToyData.View(5));
        Assert.IsTrue(cursor.MoveNext());
        var sum = cursor.Numbers("Sum");
        cursor.Dispose();

        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<ObjectDisposedException>(() => cursor.MoveNext());
        Assert.ThrowsExactly<ObjectDisposedException>(sum);
        Assert.ThrowsExactly<ObjectDisposedException>(() => cursor.GetGetter<VBuffer<float>>(cursor.Schema["Sum"]));
        Assert.ThrowsExactly<ObjectDisposedException>(cursor.GetIdGetter);
    }

    [TestMethod]
    public void FailedComputation_ReachesTheReaderAndClosesTheCursor()
    {
        var rows = ToyData.Rows(9);
        rows[4].Values = [float.NaN];
        var source = new ProbeView(new MLContext().Data.LoadFromEnumerable(rows));
        var cursor = Open(source);
        for (var row = 0; row < 3; row++)
            Assert.IsTrue(cursor.MoveNext());

        var error = Assert.ThrowsExactly<InvalidDataException>(() => cursor.MoveNext());

        Assert.AreEqual("'Values' has NaN.", error.Message);
        Assert.ThrowsExactly<ObjectDisposedException>(() => cursor.MoveNext(), "rows 3 to 5 must not be passed over");
        Assert.AreEqual(0, source.OpenCursors);
        Assert.AreEqual(0, _toy.Counts.OpenWindows);
        cursor.Dispose();
    }

    [TestMethod]
    public void FailedSource_ReachesTheReaderAndClosesTheCursor()
    {
        var source = new ProbeView(ToyData.View(9)) { FailingRow = 4 };
        var cursor = Open(source);
        for (var row = 0; row < 3; row++)
            Assert.IsTrue(cursor.MoveNext());

        Assert.ThrowsExactly<IOException>(() => cursor.MoveNext());

        Assert.AreEqual(0, source.OpenCursors);
        Assert.AreEqual(0, _toy.Counts.OpenWindows);
    }

    [TestMethod]
    public void FailedSource_WhileAWindowIsComputed_ShowsThatWindowFirst()
    {
        var source = new ProbeView(ToyData.View(9)) { FailingRow = 7 };
        var cursor = Open(source);
        var sum = cursor.Numbers("Sum");
        for (var row = 0; row < 6; row++)
            Assert.IsTrue(cursor.MoveNext());

        Assert.AreEqual(5f, sum()[0]);
        Assert.ThrowsExactly<IOException>(() => cursor.MoveNext());

        Assert.AreEqual(0, source.OpenCursors);
        Assert.AreEqual(0, _toy.Counts.OpenWindows);
    }

    [TestMethod]
    [DataRow(true, new[] { 3, 3, 3, 9, 9, 9, 12, 12, 12 })]
    [DataRow(false, new[] { 3, 3, 3, 6, 6, 6, 9, 9, 9 })]
    public void Window_IsReadWhileTheOneBeforeIsComputed_ButNotWhileTheFirstIs_NorWhereNoCoreIsLeft(bool leavesACore, int[] expected)
    {
        var source = new ProbeView(ToyData.View(20));
        using var cursor = Open(source, leavesACore);
        var read = new List<int>();

        for (var row = 0; row < 9; row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            read.Add(source.Rows);
        }

        CollectionAssert.AreEqual(expected, read);
    }

    [TestMethod]
    public void Cursor_ThatCannotBeOpened_ReleasesItsSource()
    {
        var source = new ProbeView(ToyData.View(3));
        var view = new ToyTransformer("Text").Transform(source);    // not a vector: its getter is refused when the window is opened

        Assert.Throws<Exception>(() => view.GetRowCursor(view.Schema));
        Assert.Throws<Exception>(() => view.GetRowCursorSet(view.Schema, 2));

        Assert.AreEqual(0, source.OpenCursors);
    }

    [TestMethod]
    [DataRow(true, 128)]    // each window of three rows is queued once, and waited for
    [DataRow(false, 1)]
    public void Reading_OnceTheBuffersHaveTheirSize_AllocatesNothingForARow(bool leavesACore, int bytesOfAWindow)
    {
        var source = new MLContext().Data.Cache(ToyData.View(600));   // LoadFromEnumerable allocates for a key
        source.Read();
        using var cursor = Open(source, leavesACore, "Values", "Key", "Pair", "Time", "Sum", "Length");
        var sum = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Sum"]);
        var values = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Values"]);
        var (sumValue, valuesValue) = (default(VBuffer<float>), default(VBuffer<float>));
        void Read(int rows)
        {
            for (var row = 0; row < rows && cursor.MoveNext(); row++)
            {
                sum(ref sumValue);
                values(ref valuesValue);
            }
        }
        Read(100);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Read(400);

        Assert.IsLessThan(bytesOfAWindow * 400L / 3, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    DataViewRowCursor Open(IDataView source, params string[] columns) => Open(source, leavesACore: true, columns);

    DataViewRowCursor Open(IDataView source, bool leavesACore, params string[] columns)
    {
        var view = (leavesACore ? _toy : _busyToy).Transform(source);
        return view.GetRowCursor(columns.Length == 0 ? view.Schema : columns.Select(name => view.Schema[name]));
    }
}
