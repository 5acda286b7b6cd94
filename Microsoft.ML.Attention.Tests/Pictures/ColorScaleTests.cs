using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class ColorScaleTests
{
    [TestMethod]
    public void Levels_OnADarkPage_GoFromNavyToWhite()
    {
        Assert.HasCount(256, ColorScale.OnDark);
        Assert.AreEqual("#13122c", $"{ColorScale.OnDark[0]}");
        Assert.AreEqual("#f5fcfa", $"{ColorScale.OnDark[^1]}");
    }

    [TestMethod]
    public void Levels_OnALightPage_AreTheSameFromTheOtherEnd() => Assert.AreSequenceEqual(ColorScale.OnDark.Reverse(), ColorScale.OnLight);

    [TestMethod]
    public void Luminance_RisesWithEveryLevel()
    {
        for (var level = 1; level < ColorScale.Levels; level++)
            Assert.IsGreaterThan(ColorScale.OnDark[level - 1].Luminance, ColorScale.OnDark[level].Luminance);
    }

    /// <summary>Of 15 equal steps of the value, as those who look see them.
    /// A byte of colour is at most 0.004 of Oklab's distance, and a step has two ends.</summary>
    [TestMethod]
    public void EqualSteps_LookEqual()
    {
        var steps = Enumerable.Range(0, 15)
            .Select(step => ToOklab(ColorScale.OnDark[17 * step]).DistanceTo(ToOklab(ColorScale.OnDark[17 * step + 17]))).ToArray();
        foreach (var step in steps)
            Assert.AreEqual(steps.Average(), step, 0.008);
    }

    [TestMethod]
    public void TextOnEveryLevel_HasTheContrastOfText()
    {
        foreach (var color in ColorScale.OnDark)
            Assert.IsGreaterThanOrEqualTo(4.5, color.ContrastWith(SvgDrawing.InkOn(color)));
    }

    [TestMethod]
    [DataRow(0.0, 0)]
    [DataRow(0.5, 128)]
    [DataRow(1.0, 255)]
    [DataRow(-3.0, 0)]
    [DataRow(7.0, 255)]
    public void Level_OfAValueFrom0To1_IsItsShare(double value, int level) => Assert.AreEqual(level, ColorScale.Level(value, 0, 1));

    [TestMethod]
    public void Level_WhereAllValuesAreOne_IsTheFirst() => Assert.AreEqual(0, ColorScale.Level(0, 0, 0));

    /// <summary>The inverse of Oklab's matrices: Ottosson 2020.</summary>
    static Oklab ToOklab(Rgb color)
    {
        var (r, g, b) = (Light(color.R), Light(color.G), Light(color.B));
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return new(0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);

        static double Light(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }
}
