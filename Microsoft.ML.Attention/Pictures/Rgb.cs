namespace Microsoft.ML.Attention.Pictures;

/// <summary>A colour of a screen (sRGB).</summary>
readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>From amounts of light, 0 to 1.</summary>
    public static Rgb OfLinear(double r, double g, double b) => new(Encode(r), Encode(g), Encode(b));

    /// <summary>How bright it is, 0 to 1. WCAG 2.1, "relative luminance".</summary>
    public double Luminance => 0.2126 * Decode(R) + 0.7152 * Decode(G) + 0.0722 * Decode(B);

    /// <summary>From 1 to 21; text needs 4.5. WCAG 2.1, success criterion 1.4.3.</summary>
    public double ContrastWith(Rgb other)
    {
        var (dark, light) = (Math.Min(Luminance, other.Luminance), Math.Max(Luminance, other.Luminance));
        return (light + 0.05) / (dark + 0.05);
    }

    /// <summary>As in <c>#1e3f8c</c>.</summary>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

    static byte Encode(double light) =>
        (byte)Math.Round(255 * Math.Clamp(light <= 0.0031308 ? 12.92 * light : 1.055 * Math.Pow(light, 1 / 2.4) - 0.055, 0, 1));

    static double Decode(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
}
