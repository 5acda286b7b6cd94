namespace Microsoft.ML.Attention.Pictures;

/// <summary>Round numbers along an axis.</summary>
static class AxisTicks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten, from the last at or below the least value to the first at or above the
    /// largest: about <paramref name="most"/>, two at least.</summary>
    public static IReadOnlyList<double> Of(double least, double largest, int most)
    {
        var step = Step(Math.Max(largest - least, double.Epsilon) / most);
        if (largest <= least)
            step = Step(Math.Max(Math.Abs(least), 1));
        var (first, last) = (Math.Floor(least / step), Math.Ceiling(largest / step));
        if (last == first)
            last++;
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 12))];
    }

    /// <summary>1, 2 or 5 times a power of ten: the least that is whole and no less than this.</summary>
    public static int WholeStep(double atLeast) => (int)Step(Math.Max(atLeast, 1));

    /// <summary>The least such step that is no less than this.</summary>
    static double Step(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= atLeast * (1 - 1e-9)) * power;
    }
}
