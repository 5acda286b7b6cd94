namespace Microsoft.ML.Attention.Pictures;

/// <summary>The colours of values: one path from navy to white, walked from the page's own end, so that nothing looks like the page and
/// much stands out, on a dark page as on a light one.</summary>
/// <remarks>
/// The path is a Bézier curve in Oklab (Ottosson 2020, "A perceptual color space for image processing"), and the levels are equally far
/// apart along it, so equal steps of a value look equally large. Lightness only rises: the order is seen without colours too.
/// </remarks>
static class ColorScale
{
    public const int Levels = 256;

    /// <summary>Lightness, chroma and hue in degrees of the curve's control points, chosen within what screens show.</summary>
    static readonly (double Lightness, double Chroma, double Hue)[] Path = [(0.20, 0.05, 282), (0.36, 0.19, 276), (0.62, 0.20, 240),
        (0.86, 0.11, 195), (0.985, 0.008, 180)];

    /// <summary>By level, from nothing to most, on a dark page.</summary>
    public static IReadOnlyList<Rgb> OnDark { get; } = Walk();

    /// <summary>By level, from nothing to most, on a light page.</summary>
    public static IReadOnlyList<Rgb> OnLight { get; } = [.. OnDark.Reverse()];

    /// <summary>The level of a value between two others; at an end when it is outside.</summary>
    public static int Level(double value, double least, double most) =>
        most > least ? (int)(Math.Clamp((value - least) / (most - least), 0, 1) * (Levels - 1) + 0.5) : 0;

    static Rgb[] Walk()
    {
        const int Pieces = 4096;
        var points = Enumerable.Range(0, Pieces + 1).Select(i => At((double)i / Pieces)).ToArray();
        var lengths = new double[points.Length];
        for (var i = 1; i < points.Length; i++)
            lengths[i] = lengths[i - 1] + points[i].DistanceTo(points[i - 1]);
        var levels = new Rgb[Levels];
        for (int level = 0, i = 0; level < Levels; level++)
        {
            while (i < Pieces && lengths[i] < lengths[^1] * level / (Levels - 1))
                i++;
            levels[level] = points[i].ToRgb();
        }
        return levels;
    }

    /// <summary>De Casteljau's construction.</summary>
    static Oklab At(double t)
    {
        var points = Path.Select(p => Oklab.OfHue(p.Lightness, p.Chroma, p.Hue)).ToArray();
        for (var count = points.Length - 1; count > 0; count--)
            for (var i = 0; i < count; i++)
                points[i] = points[i].Towards(points[i + 1], t);
        return points[0];
    }
}

/// <summary>A colour where distances are those that people see. Ottosson 2020, "A perceptual color space for image processing",
/// whose numbers these are.</summary>
readonly record struct Oklab(double L, double A, double B)
{
    public static Oklab OfHue(double lightness, double chroma, double degrees) =>
        new(lightness, chroma * Math.Cos(double.DegreesToRadians(degrees)), chroma * Math.Sin(double.DegreesToRadians(degrees)));

    public Oklab Towards(Oklab other, double t) => new(double.Lerp(L, other.L, t), double.Lerp(A, other.A, t), double.Lerp(B, other.B, t));

    public double DistanceTo(Oklab other) =>
        Math.Sqrt((L - other.L) * (L - other.L) + (A - other.A) * (A - other.A) + (B - other.B) * (B - other.B));

    public Rgb ToRgb()
    {
        var l = Math.Pow(L + 0.3963377774 * A + 0.2158037573 * B, 3);
        var m = Math.Pow(L - 0.1055613458 * A - 0.0638541728 * B, 3);
        var s = Math.Pow(L - 0.0894841775 * A - 1.2914855480 * B, 3);
        return Rgb.OfLinear(
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }
}
