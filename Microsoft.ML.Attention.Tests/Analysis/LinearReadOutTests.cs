using Microsoft.ML.Attention.Analysis;

namespace Microsoft.ML.Attention.Tests.Analysis;

[TestClass]
public sealed class LinearReadOutTests
{
    [TestMethod] // squares sum to 2 about the mean, products to 4: 4 / (2 + 0.01 · 2) = 1.98 a unit
    public void Read_OfOneFeature_IsTheLineShrunkByAHundredth()
    {
        var readOut = new LinearReadOut([[4f], [6f]], [[1.0], [5.0]], () => { });

        Assert.AreEqual(3, readOut.Read([5f])[0], 1e-12);
        Assert.AreEqual(3 + 10 / 1.01 * 2, readOut.Read([15f])[0], 1e-12);
    }

    [TestMethod]
    public void Read_OfManyFeatures_IsWhereTheGradientOfThePenalizedErrorVanishes()
    {
        var random = new Random(1);
        float[][] features = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 6).Select(_ => random.NextSingle()).ToArray())];
        double[][] targets = [.. features.Select(f => new[] { f[0] - 2 * f[3] + random.NextDouble(), f[1] * f[2] })];

        var readOut = new LinearReadOut(features, targets, () => { });

        float[] means = [.. Enumerable.Range(0, 6).Select(i => features.Average(f => f[i]))];
        var variance = features.Sum(f => f.Zip(means, (x, mean) => (x - mean) * (x - mean)).Sum()) / 6;
        for (var target = 0; target < 2; target++)
        {
            for (var i = 0; i < 6; i++)
            {
                var slope = readOut.Read([.. Enumerable.Range(0, 6).Select(j => j == i ? 1f : 0)])[target]
                    - readOut.Read(new float[6])[target];
                var gradient = features.Zip(targets, (f, t) => (readOut.Read(f)[target] - t[target]) * (f[i] - means[i]))
                    .Sum() + 0.01 * variance * slope;
                Assert.AreEqual(0, gradient, 1e-5); // the means were taken in float32
            }
        }
    }

    [TestMethod]
    public void Read_OfFeaturesThatNeverChange_IsTheMean() =>
        Assert.AreEqual(2, new LinearReadOut([[7f, 7], [7f, 7]], [[1.0], [3.0]], () => { }).Read([8f, 0])[0]);
}
