using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pictures;

/// <summary>Curves over an axis. What they share with the curves of learning is in <see cref="TrainingCurvesTests"/>.</summary>
[TestClass]
public sealed class CurvesTests
{
    static readonly Curve Falling = new("falling", [(0, 1, 0.25), (0.5, 0.75, 0.125), (1, 0.25, 0.25)]);

    [TestMethod]
    public void Points_TellTheirValueAndSpread() => Assert.AreSequenceEqual(
        ["share 0, falling: 1 ± 0.25", "share 0.5, falling: 0.75 ± 0.125", "share 1, falling: 0.25 ± 0.25", "share 0.5, alone: 0.5"],
        Svg.Tips(Drawn(Falling, new("alone", [(0.5, 0.5, 0)])).Shapes("circle", "dot")));

    [TestMethod] // there and back: the upper edge, then the lower one
    public void Band_LiesASpreadAboveAndBelowTheLine()
    {
        var drawing = Drawn(Falling);
        var (line, band) = (Points(drawing.Shapes("polyline", "a").Single()), Points(drawing.Shapes("polygon", "band").Single()));
        var unit = (line[2].Y - line[0].Y) / 0.75;

        Assert.AreSequenceEqual([.. line.Select(p => p.X), .. line.Reverse().Select(p => p.X)], band.Select(p => p.X));
        double[] spreads = [-0.25, -0.125, -0.25, 0.25, 0.125, 0.25];
        foreach (var ((on, edge), spread) in line.Concat(line.Reverse()).Zip(band).Zip(spreads))
            Assert.AreEqual(spread * unit, edge.Y - on.Y, 0.02);
    }

    [TestMethod]
    public void Curve_WithoutASpread_HasNoBand() =>
        Assert.IsEmpty(Drawn(new Curve("flat", [(0, 1, 0), (1, 1, 0)])).Shapes("polygon", "band"));

    [TestMethod]
    public void Axes_BeginAtZeroAndWhereThePointsDo()
    {
        var texts = Drawn(new Curve("high", [(0.2, 0.9, 0), (1, 0.95, 0)])).Texts;

        Assert.AreSequenceEqual(["Accuracy", "0", "0.2", "0.4", "0.6", "0.8", "1"], texts.Take(7));
        Assert.AreSequenceEqual(["0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1", "share", "high"], texts.Skip(7));
    }

    [TestMethod]
    public void Names_OfCurvesThatEndTogether_LieBelowEachOther()
    {
        var drawing = Drawn([.. new[] { "one", "two", "three", "four" }.Select(name => new Curve(name, [(0, 0, 0), (1, 0.5, 0)]))]);
        string[] styles = ["name-a", "name-b", "name-c", "name-d"];
        double[] heights = [.. styles.Select(style =>
            double.Parse(drawing.Shapes("text", style).Single().Attribute("y")!.Value, CultureInfo.InvariantCulture))];

        for (var i = 1; i < heights.Length; i++)
            Assert.AreEqual(16, heights[i] - heights[i - 1], 0.02);
    }

    [TestMethod]
    public void Values_ThatAreNoNumbers_AreLeftOut() =>
        Assert.HasCount(1, Drawn(new Curve("broken", [(0, double.NaN, 0), (1, 0.5, 0), (2, double.PositiveInfinity, 0)]))
            .Shapes("circle", "dot"));

    [TestMethod]
    public void Curves_ThatCannotBeDrawn_AreRefused()
    {
        Assert.AreEqual("The 1 curves for 'Accuracy' have no value that is a number, but a picture needs one at least. (Parameter "
            + "'curves')", Refused(new Curve("none", [(0, double.NaN, 0)])));
        Assert.AreEqual("The curve 'odd' has a negative spread. (Parameter 'curves')", Refused(Falling, new Curve("odd", [(0, 1, -1)])));
        Assert.AreEqual("There are 5 curves for 'Accuracy', but a picture tells 4 apart at most. (Parameter 'curves')",
            Refused(Falling, Falling, Falling, Falling, Falling));

        static string Refused(params Curve[] curves) =>
            Assert.ThrowsExactly<ArgumentException>(() => new Curves("Accuracy", "share", curves)).Message;
    }

    static Svg Drawn(params Curve[] curves) => new(new Curves("Accuracy", "share", curves).ToSvg());

    static (double X, double Y)[] Points(XElement shape) =>
        [.. shape.Attribute("points")!.Value.Split(' ').Select(point =>
            point.Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()).Select(p => (p[0], p[1]))];
}
