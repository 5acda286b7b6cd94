namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A tensor as a file holds it, row-major: an array of <c>float</c>, <c>double</c>, <c>long</c> or <c>bool</c>.</summary>
sealed record StoredTensor(int[] Shape, Array Values)
{
    public float[] Floats => (float[])Values;

    public long[] Longs => (long[])Values;

    public bool[] Booleans => (bool[])Values;

    /// <summary>The numbers in double, whichever floating point type they were stored in.</summary>
    public double[] Doubles => Values as double[] ?? Array.ConvertAll(Floats, value => (double)value);

    /// <summary>The tensor at this index of the first axis.</summary>
    public StoredTensor this[int index]
    {
        get
        {
            var count = Values.Length / Shape[0];
            var part = Array.CreateInstance(Values.GetType().GetElementType()!, count);
            Array.Copy(Values, index * count, part, 0, count);
            return new StoredTensor(Shape[1..], part);
        }
    }

    /// <summary>The rows of a matrix, in double.</summary>
    public double[][] Matrix => [.. Enumerable.Range(0, Shape[0]).Select(row => this[row].Doubles)];
}
