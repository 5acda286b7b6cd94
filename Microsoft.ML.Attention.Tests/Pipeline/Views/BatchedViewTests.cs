using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Views;

[TestClass]
public sealed class BatchedViewTests
{
    static readonly string[] AddedColumns = ["Sum", "Length"];

    readonly MLContext _ml = new(seed: 1);

    /// <summary>Row counts below, at, between and above the borders of every window size.</summary>
    public static IEnumerable<(int WindowSize, int Count)> WindowsAndCounts =>
        from windowSize in new[] { 1, 2, 7, 64 }
        from count in new[] { 0, 1, 6, 7, 13, 14, 64, 65, 130 }
        select (windowSize, count);

    [TestMethod, DynamicData(nameof(WindowsAndCounts))]
    public void Rows_AreTheSourcesWithTheAddedColumns_WhateverTheWindow(int windowSize, int count)
    {
        var source = ToyData.View(count);
        var toy = new ToyTransformer("Values", windowSize: windowSize);

        var rows = toy.Transform(source).Read();

        var expected = source.Read()
            .Zip(ToyData.Rows(count), (row, data) => (string[])[.. row, $"[{data.Values.Sum()}]", $"[{data.Values.Length}]"]);
        Assert.AreEqual(expected.Text(), rows.Text());
        Assert.AreEqual((count + windowSize - 1) / windowSize, toy.Counts.Computes);
        Assert.AreEqual(count, toy.Counts.Rows);
        Assert.AreEqual(0, toy.Counts.OpenWindows);
    }

    [TestMethod]
    public void Rows_OfAnyColumns_AreThoseOfAllColumns()
    {
        var view = new ToyTransformer("Values").Transform(ToyData.View(20));
        var all = view.Read();
        var random = new Random(1);
        for (var trial = 0; trial < 40; trial++)
        {
            var columns = view.Schema.Where(_ => random.Next(3) == 0).OrderBy(_ => random.Next()).ToArray();

            var expected = all.Select(row => (string[])[row[0], .. columns.Select(c => row[1 + c.Index])]);
            Assert.AreEqual(expected.Text(), view.Read(columns).Text(), $"of {string.Join(", ", columns.Select(c => c.Name))}");
        }
    }

    [TestMethod]
    public void ShuffledRows_AreWholeAndInTheSourcesOrder()
    {
        var source = _ml.Data.Cache(ToyData.View(50));
        var view = new ToyTransformer("Values").Transform(source);
        var all = view.Read();

        var shuffled = view.Read(rand: new Random(5));

        var order = source.Read([], new Random(5)).Select(row => row[0]);
        Assert.AreEqual(order.Select(id => all.Single(row => row[0] == id)).Text(), shuffled.Text());
        Assert.AreNotEqual(all.Text(), shuffled.Text());
    }

    [TestMethod]
    public void CanShuffle_IsTheSources()
    {
        var toy = new ToyTransformer("Values");

        Assert.IsFalse(toy.Transform(ToyData.View(1)).CanShuffle);
        Assert.IsTrue(toy.Transform(_ml.Data.Cache(ToyData.View(1))).CanShuffle);
    }

    [TestMethod]
    public void CursorSet_ReadOnSeveralThreads_HasEveryRowOnce()
    {
        var source = _ml.Data.Cache(ToyData.View(500));   // a cache divides its rows among cursors
        var toy = new ToyTransformer("Values");
        var view = toy.Transform(source);
        var cursors = view.GetRowCursorSet(view.Schema, 3);
        Assert.HasCount(3, cursors);
        var parts = new List<string[]>[3];

        Parallel.For(0, 3, i =>
        {
            using (cursors[i])
                parts[i] = cursors[i].ReadRest(view.Schema);
        });

        Assert.AreEqual(view.Read().OrderBy(row => row[0]).Text(), parts.SelectMany(part => part).OrderBy(row => row[0]).Text());
        Assert.AreEqual(0, toy.Counts.OpenWindows);
    }

    [TestMethod]
    public void CursorSet_MergedByBatch_IsInOrder()
    {
        var view = new ToyTransformer("Values").Transform(_ml.Data.Cache(ToyData.View(500)));
        var cursors = view.GetRowCursorSet(view.Schema, 3);

        var rows = new List<(long Batch, float[] Sum)>();
        foreach (var cursor in cursors)
        {
            using (cursor)
            {
                var sum = cursor.Numbers("Sum");
                while (cursor.MoveNext())
                    rows.Add((cursor.Batch, sum()));
            }
        }

        var merged = rows.OrderBy(row => row.Batch).Select(row => row.Sum[0]);
        CollectionAssert.AreEqual(ToyData.Rows(500).Select(row => row.Values.Sum()).ToArray(), merged.ToArray());
        Assert.IsGreaterThan(2, rows.DistinctBy(row => row.Batch).Count());
    }

    [TestMethod]
    public void Cursors_Interleaved_DoNotDisturbEachOther()
    {
        var view = new ToyTransformer("Values").Transform(ToyData.View(30));
        using var first = view.GetRowCursor(view.Schema);
        using var second = view.GetRowCursor(view.Schema);
        var (firstSum, secondSum) = (first.Numbers("Sum"), second.Numbers("Sum"));
        var sums = ToyData.Rows(30).Select(row => row.Values.Sum()).ToArray();

        for (var i = 0; i < 10; i++)
        {
            Assert.IsTrue(first.MoveNext());
            for (var j = 0; j < 3; j++)
            {
                Assert.IsTrue(second.MoveNext());
                Assert.AreEqual(sums[3 * i + j], secondSum()[0]);
            }
            Assert.AreEqual(sums[i], firstSum()[0]);
        }
    }

    [TestMethod]
    public void Cursors_OnSeveralThreads_HaveTheSameRows()
    {
        var view = new ToyTransformer("Values").Transform(ToyData.View(200));
        var expected = view.Read().Text();

        Parallel.For(0, 4, _ => Assert.AreEqual(expected, view.Read().Text()));
    }

    [TestMethod]
    public void Cursor_DisposedBeforeTheEnd_ReleasesItsSource()
    {
        var source = new ProbeView(ToyData.View(100));
        var toy = new ToyTransformer("Values", windowSize: 7);
        var cursor = toy.Transform(source).GetRowCursor(toy.GetOutputSchema(source.Schema));
        Assert.IsTrue(cursor.MoveNext());

        cursor.Dispose();
        cursor.Dispose();

        Assert.AreEqual(0, source.OpenCursors);
        Assert.AreEqual(0, toy.Counts.OpenWindows);
        Assert.AreEqual(7, source.Rows, "rows read: one window and no more");
    }

    [TestMethod]
    public void View_WithNoCursorOpen_HasReadNothing()
    {
        var source = new ProbeView(ToyData.View(10));

        var view = new ToyTransformer("Values").Transform(source);

        Assert.AreEqual(10L, view.GetRowCount());
        Assert.AreEqual(0, source.Rows);
    }

    [TestMethod]
    public void Cursor_OfAnAddedColumn_AsksTheSourceForItsDependencies()
    {
        var source = new ProbeView(ToyData.View(10));
        var view = new ToyTransformer("Values").Transform(source);

        using var cursor = view.GetRowCursor([view.Schema["Sum"], view.Schema["Key"]]);

        CollectionAssert.AreEqual(new[] { "Values", "Key" }, source.Columns);
        Assert.IsTrue(cursor.IsColumnActive(view.Schema["Key"]));
        Assert.IsFalse(cursor.IsColumnActive(view.Schema["Values"]), "read for the stage, not for the caller");
        Assert.IsFalse(cursor.IsColumnActive(view.Schema["Length"]));
    }

    [TestMethod]
    public void Source_OfAColumnThatIsPassedThroughAndComputedFrom_IsReadOncePerRow()
    {
        var source = new ProbeView(ToyData.View(20));
        var view = new ToyTransformer("Values").Transform(source);

        view.Read([view.Schema["Values"], view.Schema["Sum"], view.Schema["Length"]]);

        Assert.AreEqual(20, source.Values);
    }

    [TestMethod]
    public void ChainOfTwo_ComputesEachRowOncePerStage()
    {
        var first = new ToyTransformer("Values", "A", "B", windowSize: 4);
        var second = new ToyTransformer("A", "C", "D", windowSize: 6);
        var source = new ProbeView(ToyData.View(30));

        var rows = second.Transform(first.Transform(source)).Read();

        Assert.HasCount(30, rows);
        Assert.AreEqual(30, first.Counts.Rows);
        Assert.AreEqual(30, second.Counts.Rows);
        Assert.AreEqual(30, source.Rows);
        Assert.AreEqual(6 * 30, source.Values, "values of six columns");
    }

    [TestMethod]
    public void InPlaceColumn_HidesTheInput_WhichCanStillBeReadByIndex()
    {
        var source = ToyData.View(20);
        var view = new ToyTransformer("Values", sum: "Values").Transform(source);
        var hidden = view.Schema.First(c => c.Name == "Values");

        var rows = view.Read([hidden, view.Schema["Values"]]);

        Assert.IsTrue(hidden.IsHidden);
        var data = ToyData.Rows(20);
        CollectionAssert.AreEqual(data.Select(row => $"[{string.Join(", ", row.Values)}]").ToArray(), rows.Select(row => row[1]).ToArray());
        CollectionAssert.AreEqual(data.Select(row => $"[{row.Values.Sum()}]").ToArray(), rows.Select(row => row[2]).ToArray());
    }

    [TestMethod]
    public void CacheCheckpointAfter_ComputesEachRowOnceForManyReadings()
    {
        var toy = new ToyTransformer("Values", windowSize: 8);
        var plain = toy.Transform(ToyData.View(40)).Read("Sum");
        toy.Counts.Rows = 0;

        var cached = _ml.Data.Cache(toy.Transform(ToyData.View(40)), AddedColumns);

        for (var reading = 0; reading < 3; reading++)
            CollectionAssert.AreEqual(plain, cached.Read("Sum"));
        Assert.AreEqual(40, toy.Counts.Rows);
    }

    [TestMethod]
    public void TakeRowsAfter_ComputesOnlyTheWindowsItNeeds()
    {
        var toy = new ToyTransformer("Values", windowSize: 8);

        var taken = _ml.Data.TakeRows(toy.Transform(ToyData.View(100)), 10).Read("Length");

        CollectionAssert.AreEqual(ToyData.Rows(10).Select(row => $"[{row.Values.Length}]").ToArray(), taken);
        Assert.AreEqual(16, toy.Counts.Rows);
    }

    [TestMethod]
    public void FilterAndConcatenateAfter_SeeTheAddedColumns()
    {
        var pipeline = _ml.Transforms.Concatenate("Features", AddedColumns);
        var view = new ToyTransformer("Values").Transform(ToyData.View(30));

        var rows = _ml.Data.FilterByCustomPredicate(pipeline.Fit(view).Transform(view), (Lengths row) => row.Length[0] != 3)
            .Read("Features");

        CollectionAssert.AreEqual(ToyData.Rows(30).Where(row => row.Values.Length == 3).Select(row => $"[{row.Values.Sum()}, 3]")
            .ToArray(), rows);
    }

    [TestMethod]
    public void MapperAfter_ReadingACursorSetOnItsThreads_GivesTheRowsInOrder()
    {
        var view = new ToyTransformer("Values").Transform(_ml.Data.Cache(ToyData.View(500)));

        var rows = _ml.Transforms.Concatenate("Features", AddedColumns).Fit(view).Transform(view).Read("Features");

        CollectionAssert.AreEqual(ToyData.Rows(500).Select(row => $"[{row.Values.Sum()}, {row.Values.Length}]").ToArray(), rows);
    }

    sealed class Lengths
    {
        [VectorType(1)]
        public float[] Length { get; set; } = [];
    }
}
