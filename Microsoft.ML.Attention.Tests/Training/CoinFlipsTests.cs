using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class CoinFlipsTests
{
    const int Count = 100_000;

    [TestMethod]
    [DataRow(0.1), DataRow(0.5), DataRow(0.9), DataRow(0.999)]
    public void Fill_ManyFlips_IsTrueForTheShare(double probability)
    {
        var share = Flips(1, probability).Count(flip => flip) / (double)Count;

        Assert.AreEqual(probability, share, 5 * Math.Sqrt(probability * (1 - probability) / Count)); // of a binomial
    }

    [TestMethod]
    public void Fill_EachOfTheFourFlipsOfANumber_IsTrueForTheShare()
    {
        var flips = Flips(1, 0.5);

        for (var lane = 0; lane < 4; lane++)
            Assert.AreEqual(0.5, flips.Where((_, i) => i % 4 == lane).Average(flip => flip ? 1 : 0), 5 * Math.Sqrt(0.25 / (Count / 4)),
                $"lane {lane}");
    }

    [TestMethod]
    public void Fill_NeighboursAgree_HalfTheTime()
    {
        var flips = Flips(1, 0.5);

        for (var distance = 1; distance <= 8; distance++)
            Assert.AreEqual(0.5, flips.Skip(distance).Zip(flips, (a, b) => a == b ? 1 : 0).Average(), 5 * Math.Sqrt(0.25 / Count),
                $"{distance} apart");
    }

    [TestMethod]
    public void Fill_OfOneSeed_IsRepeatedAndGoesOn()
    {
        var (first, second) = (new CoinFlips(7), new CoinFlips(7));
        var (a, b, c) = (new bool[99], new bool[99], new bool[99]);
        first.Fill(a, 0.5);
        second.Fill(b, 0.5);
        second.Fill(c, 0.5);

        CollectionAssert.AreEqual(a, b);
        CollectionAssert.AreNotEqual(b, c);
        CollectionAssert.AreNotEqual(a, Flips(8, 0.5)[..99]);
    }

    [TestMethod]
    public void Fill_OfCertainty_IsAllOrNone()
    {
        Assert.IsTrue(Flips(1, 1).All(flip => flip));
        Assert.IsFalse(Flips(1, 0).Any(flip => flip));
    }

    static bool[] Flips(int seed, double probability)
    {
        var flips = new bool[Count];
        new CoinFlips(seed).Fill(flips, probability);
        return flips;
    }
}
