namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>How far a GPU's numbers are from the CPU's.</summary>
static class Difference
{
    /// <summary>What two float32 computations of numbers of the size of 1 may differ by: other orders of sums, other
    /// exponentials.</summary>
    public const double Rounding = 1e-4;

    /// <summary>The largest, in relation to numbers above 1; infinite where one is NaN and the other is not.</summary>
    public static double Between(IEnumerable<float[]> expected, IEnumerable<float[]> actual) =>
        expected.Zip(actual).Max(row =>
            row.First.Length != row.Second.Length ? double.PositiveInfinity : row.First.Zip(row.Second, Between).DefaultIfEmpty().Max());

    static double Between(float expected, float actual) => expected.Equals(actual) ? 0
        : Math.Abs((double)expected - actual) / Math.Max(1, Math.Abs(expected)) is var difference && double.IsNaN(difference)
            ? double.PositiveInfinity
            : difference;
}
