using Microsoft.ML.Attention.Analysis;

namespace Microsoft.ML.Attention.Tests.Analysis;

[TestClass]
public sealed class EntropyTests
{
    const double Rounding = 1e-12;

    [TestMethod]
    [DataRow(new[] { 1f, 0, 0 }, 0)]
    [DataRow(new[] { 0.5f, 0.5f }, 0.693147180559945)]                  // ln 2
    [DataRow(new[] { 0.25f, 0.25f, 0.25f, 0, 0.25f }, 1.386294361119891)] // ln 4
    [DataRow(new[] { 0.5f, 0.25f, 0.25f }, 1.039720770839918)]          // 1.5 ln 2
    public void Of_AttentionWeights_IsTheirSurprise(float[] weights, double expected) =>
        Assert.AreEqual(expected, Entropy.Of(weights), Rounding);

    [TestMethod]
    [DataRow(new[] { 0.5f, 0.5f }, new[] { 0.5f, 0.5f }, 0)]
    [DataRow(new[] { 1f, 0 }, new[] { 0f, 1 }, 0.693147180559945)]      // ln 2, the most there is
    [DataRow(new[] { 1f, 0 }, new[] { 0.5f, 0.5f }, 0.215761554338836)] // half of 1 ln 4/3, half of 0.5 ln 2/3 + 0.5 ln 2
    public void Divergence_OfTwoHeads_IsThatFromTheirMean(float[] p, float[] q, double expected)
    {
        Assert.AreEqual(expected, Entropy.Divergence(p, Entropy.Of(p), q, Entropy.Of(q)), Rounding);
        Assert.AreEqual(expected, Entropy.Divergence(q, Entropy.Of(q), p, Entropy.Of(p)), Rounding);
    }
}
