using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Tests.Training;

namespace Microsoft.ML.Attention.Tests.Rows;

[TestClass]
public sealed class MiniBatchesTests
{
    [TestMethod]
    [DataRow(1), DataRow(7), DataRow(32), DataRow(1000), DataRow(int.MaxValue)]
    public void Of_AnySize_HasEveryMemberOnce(int size)
    {
        var rows = Rows(100);
        int[] members = [.. Enumerable.Range(0, 100).Where(row => row % 3 > 0)];

        var batches = MiniBatches.Of(rows, members, size, new Random(1));

        CollectionAssert.AreEqual(members, batches.SelectMany(batch => batch.Rows).Order().ToArray());
        var full = Math.Min(size, members.Length);
        Assert.HasCount((members.Length + full - 1) / full, batches);
        Assert.IsTrue(batches.Count(batch => batch.Rows.Count != full) <= 1, "one batch takes what is left");
    }

    [TestMethod]
    public void Of_RowsOfManyLengths_HasSimilarOnesInABatch()
    {
        var rows = Rows(400);

        var batches = MiniBatches.Of(rows, [.. Enumerable.Range(0, 400)], 10, new Random(1));

        // 40 rows of 1 to 20 tokens in 4 batches: a batch spans a fourth of the lengths; unsorted, nearly all of them.
        Assert.IsLessThan(6.0, batches.Average(batch =>
            batch.Rows.Max(row => rows.Lengths(row).Queries) - batch.Rows.Min(row => rows.Lengths(row).Queries)));
        Assert.IsTrue(batches.All(batch => batch.Queries == batch.Rows.Max(row => rows.Lengths(row).Queries)));
    }

    [TestMethod]
    public void Of_RowsOfOneLength_KeepsTheirOrder()
    {
        var rows = new ListRows(1, [.. Enumerable.Repeat((new float[2], 0f), 10)]).All.Rows;
        int[] members = [9, 0, 8, 1, 7, 2];

        var batches = MiniBatches.Of(rows, members, 4, random: null);

        Assert.AreEqual("9 0 8 1, 7 2", string.Join(", ", batches.Select(batch => string.Join(" ", batch.Rows))));
    }

    [TestMethod]
    public void Of_ARandom_MixesTheBatches()
    {
        var rows = Rows(400);

        var batches = MiniBatches.Of(rows, [.. Enumerable.Range(0, 400)], 10, new Random(1));

        Assert.AreEqual(Text(batches), Text(MiniBatches.Of(rows, [.. Enumerable.Range(0, 400)], 10, new Random(1))));
        Assert.AreNotEqual(Text(batches), Text(MiniBatches.Of(rows, [.. Enumerable.Range(0, 400)], 10, new Random(2))));
        Assert.AreNotEqual(Text(batches), Text(MiniBatches.Of(rows, [.. Enumerable.Range(0, 400)], 10, random: null)));
    }

    [TestMethod]
    public void Of_NoMembers_IsNone() => Assert.IsEmpty(MiniBatches.Of(Rows(3), [], 10, new Random(1)));

    static string Text(List<LengthGroup> batches) => string.Join(", ", batches.Select(batch => string.Join(" ", batch.Rows)));

    /// <summary>Rows of 1 to 20 tokens.</summary>
    static RaggedRows Rows(int count) =>
        new ListRows(1, [.. Enumerable.Range(0, count).Select(row => (new float[1 + row * 7 % 20], 0f))]).All.Rows;
}
