namespace Microsoft.ML.Attention.Pictures;

/// <summary>A colour where distances are those that people see. Ottosson 2020, "A perceptual color space for image processing", whose
/// numbers these are.</summary>
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
