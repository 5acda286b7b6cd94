using Examples;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class PairedDifferenceTests
{
    static readonly bool[] AllRight = [true, true, true, true], FirstRight = [true, false, false, false];

    /// <summary>Differences 0 1 1 1: mean 3/4, variance (9/16 + 3/16) / 3 = 1/4, over 4 rows 1/16.</summary>
    [TestMethod]
    public void Difference_OfFourRows_IsThatOnPaper() => Assert.AreEqual(new(0.75, 0.25), PairedDifference.Of([AllRight], [FirstRight]));

    [TestMethod]
    public void Difference_OfTheSameRuns_IsNothing() =>
        Assert.AreEqual(new(0, 0), PairedDifference.Of([FirstRight, AllRight], [FirstRight, AllRight]));

    /// <summary>Each row's share first: 0 ½ ½ ½, half of the differences above.</summary>
    [TestMethod]
    public void Difference_OverSeeds_AveragesThemForEachRow() =>
        Assert.AreEqual(new(0.375, 0.125), PairedDifference.Of([AllRight, FirstRight], [FirstRight, FirstRight]));
}
