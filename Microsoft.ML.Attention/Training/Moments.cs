namespace Microsoft.ML.Attention.Training;

/// <summary>The running mean and variance of each element of a vector, over the vectors in which it is a number. Welford 1962.</summary>
sealed class Moments(int width)
{
    readonly double[] _squares = new double[width];
    readonly double[] _counts = new double[width];   // weights together

    public int Width => width;

    public double[] Mean { get; } = new double[width];

    /// <summary>Adds a vector as if it came so many times. West 1979.</summary>
    public void Add(ReadOnlySpan<float> vector, double weight = 1)
    {
        if (weight == 0)
            return;
        for (var i = 0; i < vector.Length; i++)
        {
            if (float.IsNaN(vector[i]))
                continue;
            _counts[i] += weight;
            var before = vector[i] - Mean[i];
            Mean[i] += before * weight / _counts[i];
            _squares[i] += weight * before * (vector[i] - Mean[i]);
        }
    }

    public double Deviation(int element) => _counts[element] == 0 ? 0 : Math.Sqrt(_squares[element] / _counts[element]);

    /// <summary>One over each deviation; 1 for an element that never changes.</summary>
    public float[] Scale =>
        [.. Enumerable.Range(0, width).Select(i => Deviation(i) is var d && d > 1e-12 * Math.Abs(Mean[i]) && d > 0 ? (float)(1 / d) : 1f)];
}
