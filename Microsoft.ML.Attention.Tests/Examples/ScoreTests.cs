using IssueTriage;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class ScoreTests
{
    [TestMethod]
    public void Median_OfThree_IsTheMiddleOne()
    {
        var middle = new Score([true, false, false, false], 0);
        Assert.AreSame(middle, Score.Median([new([true, true, true, true], 0), middle, new([false, false, false, false], 0)]));
    }
}
