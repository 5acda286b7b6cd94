using Microsoft.ML.Attention.Pipeline.Views;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Views;

[TestClass]
public sealed class ColumnCacheTests
{
    [TestMethod]
    public void Cache_OfEachKindOfColumn_KeepsEveryRow()
    {
        var view = ToyData.View(40);
        foreach (var column in view.Schema)
        {
            using var cursor = view.GetRowCursor([column]);
            var row = -1;
            var cache = ColumnCache.Create(cursor, column);
            var cached = new CachedRow(view.Schema, cache.GetterAt(() => row)).Reader(column);
            while (cursor.MoveNext())
                cache.Append();
            cache.Show();

            var values = new List<string>();
            for (row = 0; row < 40; row++)
                values.Add(cached());

            CollectionAssert.AreEqual(view.Read(column.Name), values, column.Name);
        }
    }

    [TestMethod]
    public void LastGetter_FollowsTheRowsAppended()
    {
        var next = 0;
        var cache = new ValueCache<int>((ref value) => value = next++);
        var last = (ValueGetter<int>)cache.LastGetter;
        var (first, second, afterShow) = (0, 0, 0);

        cache.Append();
        last(ref first);
        cache.Append();
        last(ref second);
        cache.Show();
        cache.Append();
        last(ref afterShow);

        Assert.AreEqual((0, 1, 2), (first, second, afterShow));
    }

    [TestMethod]
    public void Shown_Values_StayWhileThoseOfTheNextWindowAreAppended()
    {
        var next = 0;
        var cache = new ValueCache<int>((ref value) => value = next++);
        cache.Append();
        cache.Append();
        cache.Show();

        cache.Append();

        Assert.AreEqual((0, 1), (cache[0], cache[1]));
        cache.Show();
        Assert.AreEqual(2, cache[0]);
    }

    [TestMethod]
    public void ValueCache_ReadsIntoNoObjectItHasHandedOut()
    {
        // as ML.NET's image getters: what it finds at the destination is its to dispose
        var cache = new ValueCache<Picture>((ref picture) =>
        {
            picture?.IsDisposed = true;
            picture = new Picture();
        });
        var getter = (ValueGetter<Picture>)cache.GetterAt(() => 0);
        cache.Append();
        cache.Show();
        Picture held = null!;
        getter(ref held);

        for (var window = 0; window < 2; window++)      // the second reads into the buffers of the first
        {
            cache.Append();
            cache.Show();

            Assert.IsFalse(held.IsDisposed);
            Assert.AreNotSame(held, cache[0]);
        }
    }

    [TestMethod]
    public void VectorCache_OfALaterWindow_UsesItsBuffersAgain()
    {
        var cache = new VectorCache<float>((ref vector) =>
        {
            var editor = VBufferEditor.Create(ref vector, 100);
            editor.Values.Fill(1);
            vector = editor.Commit();
        });
        void FillWindow()
        {
            for (var row = 0; row < 10; row++)
                cache.Append();
            cache.Show();
        }
        FillWindow();
        FillWindow();
        var before = GC.GetAllocatedBytesForCurrentThread();

        FillWindow();

        Assert.AreEqual(0L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void VectorCache_KeepsSparseVectorsSparse()
    {
        var cache = new VectorCache<float>((ref vector) => vector = new VBuffer<float>(1000, 1, [7f], [999]));
        var getter = (ValueGetter<VBuffer<float>>)cache.GetterAt(() => 0);
        cache.Append();
        cache.Show();

        var value = default(VBuffer<float>);
        getter(ref value);

        Assert.IsFalse(value.IsDense);
        Assert.AreEqual(7f, value.GetItemOrDefault(999));
    }

    sealed class Picture
    {
        public bool IsDisposed { get; set; }
    }

    /// <summary>A row of one column whose getter is given.</summary>
    sealed class CachedRow(DataViewSchema schema, Delegate getter) : DataViewRow
    {
        public override DataViewSchema Schema => schema;

        public override long Position => 0;

        public override long Batch => 0;

        public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException();

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => (ValueGetter<T>)getter;
    }
}
