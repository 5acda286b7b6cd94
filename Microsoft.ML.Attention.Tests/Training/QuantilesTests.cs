using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Bins of equal shares of the numbers.</summary>
[TestClass]
public sealed class QuantilesTests
{
    [TestMethod]
    public void Edges_OfNumbersInAnyOrder_AreTheirQuantiles_ElementByElement()
    {
        var quantiles = new Quantiles(2);
        foreach (var (one, other) in new[] { (4f, 10f), (0, float.NaN), (3, 30), (1, 20), (2, float.NaN) })
            quantiles.Add([one, other]);

        Assert.AreSequenceEqual([0f, 2, 4, 10, 20, 30], quantiles.Edges(2));
    }

    [TestMethod]
    public void Edges_OfFewerValuesThanBins_EndWithTheLastOne()
    {
        var quantiles = new Quantiles(3);
        foreach (var flag in new[] { 0f, 1, 0, 1 })
            quantiles.Add([flag, 7, float.NaN]);

        Assert.AreSequenceEqual([0f, 1, 1, 1, 7, 7, 7, 7, 0, 0, 0, 0], quantiles.Edges(3));
    }

    /// <summary>Of weights, or of numbers that come so often; and whatever all weights are multiplied by.</summary>
    [TestMethod]
    [DataRow(1.0), DataRow(0.1), DataRow(1e-9)]
    public void Edges_OfWeightedNumbers_AreThoseOfNumbersThatComeSoOften(double unit)
    {
        var random = new Random(3);
        for (var bins = 1; bins < 12; bins++)
        {
            var (weighted, repeated) = (new Quantiles(1), new Quantiles(1));
            for (var i = 0; i < 20; i++)
            {
                var (number, times) = (random.NextSingle(), random.Next(1, 4));
                weighted.Add([number], times * unit);
                for (var n = 0; n < times; n++)
                    repeated.Add([number]);
            }

            Assert.AreSequenceEqual(repeated.Edges(bins), weighted.Edges(bins));
        }
    }

    [TestMethod]
    public void Edges_OfMoreNumbersThanAreKept_AreThoseOfASampleOfAll()
    {
        var quantiles = new Quantiles(1);
        const int Count = 5 * Quantiles.MostKept;
        for (var i = 0; i < Count; i++)
            quantiles.Add([i]);

        // 4 deviations of the median of a sample: √(¼ / n) of all numbers each
        Assert.AreEqual(Count / 2.0, quantiles.Edges(2)[1], 4 * Math.Sqrt(0.25 / Quantiles.MostKept) * Count);
    }
}
