using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class HeldOutTests
{
    const int Rows = 10_000;

    [TestMethod]
    [DataRow(0.1), DataRow(0.25), DataRow(0.9)]
    public void Contains_OfManyRows_IsTrueForTheShare(double share)
    {
        var held = Of(share, seed: 1).Count;

        var deviation = Math.Sqrt(Rows * share * (1 - share));
        Assert.AreEqual(Rows * share, held, 5 * deviation); // of a binomial
    }

    [TestMethod]
    public void Contains_WhateverTheOrder_IsTheSameRows()
    {
        var heldOut = new HeldOut(0.3, seed: 5);
        ulong[] shuffled = [.. Ids()];
        new Random(3).Shuffle(shuffled);

        CollectionAssert.AreEqual(Of(0.3, seed: 5), shuffled.Where(heldOut.Contains).Order().ToList());
    }

    [TestMethod]
    public void Contains_OfAnotherSeed_IsOtherRows()
    {
        CollectionAssert.AreNotEqual(Of(0.3, seed: 5), Of(0.3, seed: 6));
        Assert.IsTrue(Of(0.3, seed: -5).Count > 0);
    }

    [TestMethod]
    public void Contains_OfALargerShare_HasTheSmallerOnesRows() =>
        CollectionAssert.IsSubsetOf(Of(0.2, seed: 5), Of(0.4, seed: 5));

    [TestMethod]
    public void Contains_OfNoShare_IsNeverTrue() => Assert.IsEmpty(Of(0, seed: 1));

    static List<ulong> Of(double share, int seed) => [.. Ids().Where(new HeldOut(share, seed).Contains)];

    static IEnumerable<ulong> Ids() => Enumerable.Range(0, Rows).Select(id => (ulong)id);
}
