namespace Microsoft.ML.Attention.Tests.Support;

[TestClass]
public sealed class ToleranceTests
{
    [TestMethod]
    [DataRow(10, 10.5, true)]
    [DataRow(10, 11.2, false)]
    [DataRow(-10, -11.2, false)]
    [DataRow(double.NaN, double.NaN, true)]
    [DataRow(double.NaN, 1, false)]
    [DataRow(1, double.NaN, false)]
    [DataRow(double.PositiveInfinity, double.PositiveInfinity, true)]
    [DataRow(double.PositiveInfinity, 1, false)]
    [DataRow(1, double.NegativeInfinity, false)]
    public void Check_OfANumber_PassesWithinTheTolerance(double expected, double actual, bool passes)
    {
        var tolerance = new Tolerance(0.1, 0.1);

        if (passes)
            tolerance.Check("it", [expected], [actual]);
        else
            Assert.ThrowsExactly<AssertFailedException>(() => tolerance.Check("it", [expected], [actual]));
    }

    [TestMethod]
    public void Check_OfSeveral_NamesTheOneFurthestOut()
    {
        var failure = Assert.ThrowsExactly<AssertFailedException>(() =>
            new Tolerance(1, 0).Check("output", [0, 0, 0], new[] { 0.5, -4, 3 }));

        Assert.Contains("output[1] is -4, not 0: 3 beyond a tolerance of 1 + 0 · |expected|.", failure.Message);
    }

    [TestMethod]
    public void Check_OfAnotherNumberOfValues_Fails() =>
        Assert.ThrowsExactly<AssertFailedException>(() => new Tolerance(1, 0).Check("output", [0, 0], new[] { 0.0 }));
}
