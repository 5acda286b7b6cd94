namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>How far a number may be from the expected one: <c>|actual - expected| ≤ absolute + relative · |expected|</c>.</summary>
readonly record struct Tolerance(double Absolute, double Relative)
{
    /// <summary>For a double against values stored in float32: half a unit in the last place,
    /// and the rounding of the double computations.</summary>
    public static Tolerance StoredInFloat32 { get; } = new(1e-12, 6e-8);

    /// <summary>Fails with the element that is furthest out. Two NaNs agree, as two equal infinities do.</summary>
    public void Check(string what, IEnumerable<double> expected, IEnumerable<double> actual)
    {
        double[] expectedValues = [.. expected], actualValues = [.. actual];
        Assert.HasCount(expectedValues.Length, actualValues, what);
        var (worst, excess) = (-1, 0.0);
        for (var n = 0; n < expectedValues.Length; n++)
            if (Excess(expectedValues[n], actualValues[n]) is var found && found > excess)
                (worst, excess) = (n, found);
        if (worst >= 0)
            Assert.Fail($"{what}[{worst}] is {actualValues[worst]:R}, not {expectedValues[worst]:R}: {excess:G3} beyond a tolerance of "
                + $"{Absolute:G3} + {Relative:G3} · |expected|.");
    }

    /// <inheritdoc cref="Check(string, IEnumerable{double}, IEnumerable{double})"/>
    public void Check(string what, IEnumerable<double> expected, IEnumerable<float> actual) =>
        Check(what, expected, actual.Select(value => (double)value));

    double Excess(double expected, double actual)
    {
        if (expected.Equals(actual))
            return 0;
        var excess = Math.Abs(actual - expected) - (Absolute + Relative * Math.Abs(expected));
        return double.IsNaN(excess) ? double.PositiveInfinity : excess;
    }
}
