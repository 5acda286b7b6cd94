using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pipeline.Views;

[TestClass]
public sealed class PassThroughCursorTests
{
    readonly ToyTransformer _toy = new("Values");

    [TestMethod]
    public void Cursor_WithoutAddedColumns_ReadsOnlyWhatWasAskedForAndComputesNothing()
    {
        var source = new ProbeView(ToyData.View(10));
        var view = _toy.Transform(source);

        var rows = view.Read([view.Schema["Text"]]);

        Assert.AreEqual(source.Read([source.Schema["Text"]]).Text(), rows.Text());
        CollectionAssert.AreEqual(new[] { "Text" }, source.Columns);
        Assert.AreEqual(0, _toy.Counts.Computes);
        Assert.AreEqual(0, source.OpenCursors);
    }

    [TestMethod]
    public void Cursor_IsTheSourcesUnderTheViewsSchema()
    {
        var view = _toy.Transform(ToyData.View(2));
        using var cursor = view.GetRowCursor([view.Schema["Key"]]);
        Assert.AreEqual(-1L, cursor.Position);

        Assert.IsTrue(cursor.MoveNext());
        Assert.IsTrue(cursor.MoveNext());

        Assert.AreEqual((1L, 0L), (cursor.Position, cursor.Batch));
        Assert.AreSame(view.Schema, cursor.Schema);
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void Getter_OfAnInactiveColumn_NamesIt()
    {
        var view = _toy.Transform(ToyData.View(1));
        using var cursor = view.GetRowCursor([view.Schema["Key"]]);

        Assert.IsTrue(cursor.IsColumnActive(view.Schema["Key"]));
        foreach (var inactive in new[] { "Text", "Sum" })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<uint>(view.Schema[inactive]));
            StringAssert.StartsWith(error.Message,
                $"Column '{inactive}' is not active: it was not among the columns this row was opened for.");
        }
    }
}
