namespace Microsoft.ML.Attention.Training;

/// <summary>The running mean and variance of each element of a vector. Welford 1962.</summary>
sealed class Moments(int width)
{
    readonly double[] _squares = new double[width];
    double _count;                          // weights together

    public int Width => width;

    public double[] Mean { get; } = new double[width];

    /// <summary>Adds a vector as if it came so many times. West 1979.</summary>
    public void Add(ReadOnlySpan<float> vector, double weight = 1)
    {
        _count += weight;
        for (var i = 0; i < vector.Length; i++)
        {
            var before = vector[i] - Mean[i];
            Mean[i] += before * weight / _count;
            _squares[i] += weight * before * (vector[i] - Mean[i]);
        }
    }

    public double Deviation(int element) => _count == 0 ? 0 : Math.Sqrt(_squares[element] / _count);

    /// <summary>One over each deviation; 1 for an element that never changes.</summary>
    public float[] Scale => [.. Enumerable.Range(0, width).Select(i => Deviation(i) is var d && d > 1e-12 * Math.Abs(Mean[i]) && d > 0 ? (float)(1 / d) : 1f)];
}
