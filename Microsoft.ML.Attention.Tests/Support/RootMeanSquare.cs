namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>How far numbers are from others, all of them together.</summary>
static class RootMeanSquare
{
    /// <summary>The root mean square of the differences, relative to that of the expected numbers.</summary>
    public static double Error(IEnumerable<float[]> expected, IEnumerable<float[]> actual)
    {
        var (difference, size) = (0.0, 0.0);
        foreach (var (first, second) in expected.Zip(actual))
        {
            Assert.HasCount(first.Length, second);
            for (var n = 0; n < first.Length; n++)
            {
                difference += Math.Pow(second[n] - first[n], 2);
                size += Math.Pow(first[n], 2);
            }
        }
        return Math.Sqrt(difference / size);
    }
}
