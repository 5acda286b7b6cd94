using Examples;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class ScoreTests
{
    static Score Of(params bool[] right) => new([.. right.Select(isRight => new Judged(isRight, 1))], 0);

    [TestMethod]
    public void Median_OfThree_IsTheMiddleOne()
    {
        var middle = Of(true, false, false, false);
        Assert.AreSame(middle, Score.Median([Of(true, true, true, true), middle, Of(false, false, false, false)]));
    }

    /// <summary>Two that are 0.8 sure, one right: 0.3 off. Two that are sure, both right: not off. Each counts half.</summary>
    [TestMethod]
    public void CalibrationError_OfTwoBins_IsThatOnPaper() =>
        Assert.AreEqual(0.15, new Score([new(true, 0.8), new(false, 0.8), new(true, 1), new(true, 1)], 0).CalibrationError, 1e-9);

    /// <summary>Right 0, 1 and 1 more often in 2, 1 and a half of the seconds.</summary>
    [TestMethod]
    public void SeedBySeed_OfThreeSeeds_IsTheMedianOfEach() => Assert.AreEqual(new(1, 1), SeedBySeed.Of(
        [Of(true, false) with { Seconds = 4 }, Of(true, true) with { Seconds = 2 }, Of(true, true) with { Seconds = 1 }],
        [Of(true, false) with { Seconds = 2 }, Of(true, false) with { Seconds = 2 }, Of(true, false) with { Seconds = 2 }]));
}
