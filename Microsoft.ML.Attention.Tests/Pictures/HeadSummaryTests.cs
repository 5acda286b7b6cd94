using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class HeadSummaryTests
{
    [TestMethod]
    public void Drawing_TellsEachHeadsValue()
    {
        var drawing = new Svg(new HeadSummary("Entropy, nats", [(0, 0, 1 / 3.0), (0, 1, 2), (1, 0, 0)]).ToSvg());
        Assert.AreSequenceEqual(["layer 0, head 0: 0.3333333333333333", "layer 0, head 1: 2", "layer 1, head 0: 0"],
            Svg.Tips(drawing.Shapes("rect", "cell")));
        Assert.Contains("Entropy, nats", drawing.Texts);
        Assert.Contains("0.33", drawing.Texts);
    }

    /// <summary>All numbers of a picture have as many digits after the point, enough for the largest;
    /// none is wider than its cell.</summary>
    [TestMethod]
    [DataRow(0.17, 0.0006, "0.17", "0.00")]
    [DataRow(0.048, 0.0035, "0.048", "0.004")]
    [DataRow(-0.0042, 0.0001, "-0.0042", "0.0001")]
    [DataRow(3.14159, 12.3456, "3.14", "12.35")]
    [DataRow(56789, 1.5, "56789", "2")]
    [DataRow(-0.00023, 0.000015, "-2.3E-4", "1.5E-5")]
    [DataRow(250000, 100, "2.5E+5", "1E+2")]
    public void Numbers_AreWrittenAlike(double first, double second, string firstText, string secondText)
    {
        var texts = new Svg(new HeadSummary("", [(0, 0, first), (0, 1, second)]).ToSvg()).Texts;
        Assert.Contains(firstText, texts);
        Assert.Contains(secondText, texts);
    }

    [TestMethod]
    public void Heads_ThatAreNotThere_AreGaps()
    {
        var drawing = new Svg(new HeadSummary("Confidence", [(0, 0, 1), (0, 1, double.NaN), (1, 0, 0.5)]).ToSvg());
        Assert.AreSequenceEqual(["layer 0, head 1: NaN", "layer 1, head 1: not there"], Svg.Tips(drawing.Shapes("rect", "gap")));
    }

    [TestMethod]
    public void Colors_GoFrom0ToTheLargest() => Assert.AreSequenceEqual(["s0", "s128", "s255"], Levels([(0, 0, 0), (0, 1, 2), (0, 2, 4)]));

    [TestMethod]
    public void Colors_OfNegativeValues_GoFromTheLeast() =>
        Assert.AreSequenceEqual(["s0", "s128", "s255"], Levels([(0, 0, -1), (0, 1, 0), (0, 2, 1)]));

    [TestMethod]
    public void Layers_Of96Heads_AreBrokenIntoLines()
    {
        var drawing = new Svg(new HeadSummary("Confidence", Enumerable.Range(0, 96).Select(head => (0, head, head / 95.0))).ToSvg());
        Assert.HasCount(96, drawing.Shapes("rect", "cell"));
        Assert.AreSequenceEqual(["layer 0, 0 +", "layer 0, 24 +", "layer 0, 48 +", "layer 0, 72 +"],
            drawing.Texts.Where(text => text.StartsWith("layer", StringComparison.Ordinal)));
        Assert.HasCount(4, drawing.Shapes("rect", "cell").GroupBy(cell => cell.Attribute("y")!.Value));
    }

    [TestMethod]
    public void Statistics_OfAnAnalysis_AreDrawnByHead()
    {
        HeadStatistics[] heads = [new() { Layer = 0, Head = 3, Entropy = 1.5 },
            new() { Layer = 1, Head = 0, Entropy = 0.5, OutputImportance = 0.25 }];
        Assert.AreSequenceEqual(["layer 0, head 3: 1.5", "layer 1, head 0: 0.5"], Cells(head => head.Entropy));
        Assert.AreSequenceEqual(["layer 1, head 0: 0.25"], Cells(head => head.OutputImportance), "What was not asked for is a gap.");

        IEnumerable<string> Cells(Func<HeadStatistics, double?> statistic) =>
            Svg.Tips(new Svg(new HeadSummary("", heads, statistic).ToSvg()).Shapes("rect", "cell"));
    }

    [TestMethod]
    public void Values_ThatAreNone_Throw() => Refused("There are no values for 'Entropy'.", []);

    [TestMethod]
    public void Values_TwoOfAHead_Throw() => Refused("There are two values of layer 1, head 2.", [(1, 2, 0), (1, 2, 0)]);

    [TestMethod]
    public void Values_OfANegativeHead_Throw() =>
        Refused("There is a value of layer 0, head -1, but layers and heads count from 0.", [(0, -1, 0)]);

    static IEnumerable<string> Levels((int, int, double)[] values) =>
        new Svg(new HeadSummary("", values).ToSvg()).Shapes("rect", "cell").Select(cell => cell.Attribute("class")!.Value.Split(' ')[1]);

    static void Refused(string message, (int, int, double)[] values) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentException>(() => new HeadSummary("Entropy", values)).Message);
}
