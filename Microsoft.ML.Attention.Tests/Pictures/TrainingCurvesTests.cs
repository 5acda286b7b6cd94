using System.Globalization;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class TrainingCurvesTests
{
    static readonly TrainingReport Report = new() { Losses = [2, 1, 0.5], ValidationLosses = [2, 1.5, 1.75], BestEpoch = 2 };

    [TestMethod]
    public void Points_TellTheLossOfEachEpoch() => Assert.AreSequenceEqual(
        ["epoch 1, learning: 2", "epoch 2, learning: 1", "epoch 3, learning: 0.5", "epoch 1, validation: 2", "epoch 2, validation: 1.5",
            "epoch 3, validation: 1.75"],
        Svg.Tips(new Svg(new TrainingCurves(Report).ToSvg()).Shapes("circle", "dot")));

    [TestMethod]
    public void Points_LieWhereTheAxesSay()
    {
        var drawing = new Svg(new TrainingCurves(Report).ToSvg());
        var points = drawing.Shapes("polyline", "a").Single().Attribute("points")!.Value.Split(' ')
            .Select(point => point.Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.AreEqual(points[1][0] - points[0][0], points[2][0] - points[1][0], 0.02,
            "Epochs are equally far apart; positions have two digits.");
        Assert.AreEqual(2 * (points[2][1] - points[1][1]), points[1][1] - points[0][1], 0.04,
            "From 2 to 1 is twice as far as from 1 to 0.5.");
    }

    [TestMethod]
    public void Names_AreOfTheCurvesThatThereAre()
    {
        Assert.Contains("validation", new Svg(new TrainingCurves(Report).ToSvg()).Texts);
        Assert.DoesNotContain("validation", new Svg(new TrainingCurves(Report with { ValidationLosses = [] }).ToSvg()).Texts);
    }

    [TestMethod]
    public void Epoch_ThatWasKept_IsMarked() => Assert.Contains("kept: epoch 2", new Svg(new TrainingCurves(Report).ToSvg()).Texts);

    [TestMethod]
    public void Losses_ThatAreNoNumbers_AreLeftOut() =>
        Assert.HasCount(2,
            new Svg(new TrainingCurves(new() { Losses = [1, double.NaN, double.PositiveInfinity, 0.5] }).ToSvg()).Shapes("circle", "dot"));

    [TestMethod]
    public void Report_OfOneEpoch_IsAPoint() =>
        Assert.HasCount(1, new Svg(new TrainingCurves(new() { Losses = [0.7], BestEpoch = 1 }).ToSvg()).Shapes("circle", "dot"));

    [TestMethod]
    public void Report_WithoutLosses_Throws() =>
        Assert.AreEqual("The report has the losses of 0 epochs, but a picture needs one at least that is a number. (Parameter 'report')",
        Assert.ThrowsExactly<ArgumentException>(() => new TrainingCurves(new())).Message);
}
