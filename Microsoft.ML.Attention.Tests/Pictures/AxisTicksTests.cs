using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class AxisTicksTests
{
    [TestMethod]
    [DataRow(0.0, 2.6, 6, new[] { 0.0, 0.5, 1, 1.5, 2, 2.5, 3 })]
    [DataRow(0.0, 0.07, 6, new[] { 0.0, 0.02, 0.04, 0.06, 0.08 })]
    [DataRow(-3.0, 11.0, 4, new[] { -5.0, 0, 5, 10, 15 })]
    [DataRow(1.0, 1.0, 10, new[] { 1.0, 2 })]
    [DataRow(0.0, 0.0, 6, new[] { 0.0, 1 })]
    public void Of_ARange_AreRoundNumbersAroundIt(double least, double largest, int most, double[] ticks) =>
        Assert.AreSequenceEqual(ticks, AxisTicks.Of(least, largest, most));

    [TestMethod]
    [DataRow(0.3, 1)]
    [DataRow(1.5, 2)]
    [DataRow(3.0, 5)]
    [DataRow(24.0, 50)]
    public void WholeStep_IsTheNextOf1And2And5(double atLeast, int step) => Assert.AreEqual(step, AxisTicks.WholeStep(atLeast));
}
