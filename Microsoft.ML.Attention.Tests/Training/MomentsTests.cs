using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class MomentsTests
{
    [TestMethod]
    public void Add_FourVectors_GivesTheMeanAndDeviationOfEachElement()
    {
        var moments = Of([1, 10], [3, 10], [5, 20], [7, 20]);

        CollectionAssert.AreEqual(new double[] { 4, 15 }, moments.Mean);
        Assert.AreEqual(Math.Sqrt(5), moments.Deviation(0), 1e-12); // (9 + 1 + 1 + 9) / 4
        Assert.AreEqual(5, moments.Deviation(1), 1e-12);
        CollectionAssert.AreEqual(new[] { (float)(1 / Math.Sqrt(5)), 0.2f }, moments.Scale);
    }

    [TestMethod] // a sum of squares would lose every digit: 1e8² has 16 of them
    public void Add_NumbersFarFromZero_KeepsTheirSpread()
    {
        var moments = Of([100_000_000], [100_000_008], [100_000_016]);

        Assert.AreEqual(8 * Math.Sqrt(2.0 / 3), moments.Deviation(0), 1e-6);
    }

    [TestMethod]
    public void Scale_OfAnElementThatNeverChanges_IsOne() =>
        CollectionAssert.AreEqual(new[] { 1f, 1, 1 }, Of([0, 0.1f, 1e6f], [0, 0.1f, 1e6f], [0, 0.1f, 1e6f]).Scale);

    [TestMethod]
    public void Scale_OfNothing_IsOne()
    {
        var moments = new Moments(2);

        CollectionAssert.AreEqual(new[] { 1f, 1 }, moments.Scale);
        CollectionAssert.AreEqual(new double[2], moments.Mean);
    }

    static Moments Of(params float[][] vectors)
    {
        var moments = new Moments(vectors[0].Length);
        foreach (var vector in vectors)
            moments.Add(vector);
        return moments;
    }
}
