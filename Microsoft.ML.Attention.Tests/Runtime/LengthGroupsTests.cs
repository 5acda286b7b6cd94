using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>How rows of unequal lengths are divided into runs.</summary>
[TestClass]
public sealed class LengthGroupsTests
{
    static readonly RowLayout Layout = new([1], null, null, HasMask: false, HasBias: false, Heads: 1);

    [TestMethod]
    public void Rows_OfOneLength_AreOneGroupInOrderWithoutPadding()
    {
        var group = Plan(5, 5, 5).Single();

        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, group.Rows.ToArray());
        Assert.AreEqual((5, 5, false, false), (group.Queries, group.Keys, group.PadsQueries, group.PadsKeys));
    }

    [TestMethod]
    public void Rows_OfNearLengths_ArePaddedTogether_AndOfFarOnesAreNot()
    {
        var groups = Plan(3, 20, 19, 4, 20);

        CollectionAssert.AreEqual(new[] { "1 4 2: 20 padded", "3: 4", "0: 3" }, groups.Select(Described).ToArray());
    }

    [TestMethod]
    public void Rows_WithoutTokens_AreInNoGroup()
    {
        Assert.IsEmpty(Plan(0, 0));
        CollectionAssert.AreEqual(new[] { 1 }, Plan(0, 7, 0).Single().Rows.ToArray());
    }

    [TestMethod]
    public void Row_WithoutKeys_HasOneThatIsPadding()
    {
        var group = Plan((3, 0)).Single();

        Assert.AreEqual((3, 1, false, true), (group.Queries, group.Keys, group.PadsQueries, group.PadsKeys));
    }

    [TestMethod]
    public void Groups_OfRandomLengths_HaveEachRowOnceAndLittlePadding()
    {
        var random = new Random(1);
        (int Queries, int Keys)[] lengths = [.. Enumerable.Range(0, 300).Select(_ => (random.Next(40), random.Next(40)))];

        var groups = Plan(lengths);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 300).Where(n => lengths[n].Queries > 0).ToArray(), groups.SelectMany(g => g.Rows).ToArray());
        foreach (var group in groups.Where(g => g.Rows.Count > 1))
        {
            Assert.IsTrue(group.Rows.All(n => lengths[n].Queries <= group.Queries && lengths[n].Keys <= group.Keys));
            var real = group.Rows.Sum(n => lengths[n].Queries + lengths[n].Keys);
            Assert.IsLessThanOrEqualTo(1.1 * real, group.Rows.Count * (group.Queries + group.Keys));
        }
    }

    [TestMethod]
    public void Groups_OfLongRows_StayWithinTheBoundOfOneRun() =>
        Assert.IsTrue(Plan([.. Enumerable.Repeat(1024, 9)]).All(group => group.Rows.Count <= 4), "4 rows of 1024 x 1024 scores are 4 Mi scores.");

    static string Described(LengthGroup group) => $"{string.Join(' ', group.Rows)}: {group.Queries}{(group.PadsQueries ? " padded" : "")}";

    static List<LengthGroup> Plan(params int[] lengths) => Plan([.. lengths.Select(length => (length, length))]);

    static List<LengthGroup> Plan(params (int Queries, int Keys)[] lengths)
    {
        var rows = new RaggedRows(Layout);
        foreach (var (queries, keys) in lengths)
            rows.Complete(queries, keys);
        return new LengthGroups().Plan(rows);
    }
}
