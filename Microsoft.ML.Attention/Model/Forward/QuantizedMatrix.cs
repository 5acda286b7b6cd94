namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>A learned matrix in 8-bit integers: each of its rows in steps of the row's own size, from -127 to 127.</summary>
/// <param name="Integers"><c>[in, out]</c>, the matrix transposed.</param>
/// <param name="Steps">What 1 stands for in each row, <c>[out]</c>.</param>
sealed record QuantizedMatrix(sbyte[] Integers, float[] Steps)
{
    /// <summary>The integer that the largest magnitude becomes. -128 is left out, so that a number and its opposite become
    /// opposites.</summary>
    public const int Largest = sbyte.MaxValue;

    /// <param name="matrix"><c>[out, in]</c>.</param>
    public static QuantizedMatrix Of(AttentionTensor matrix)
    {
        var (rows, columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        var integers = new sbyte[rows * columns];
        var steps = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var values = matrix.Values.Span.Slice(row * columns, columns);
            var step = steps[row] = LargestMagnitude(values) / Largest;
            for (var column = 0; column < columns; column++)
                integers[column * rows + row] = step == 0 ? (sbyte)0 : (sbyte)MathF.Round(values[column] / step);
        }
        return new QuantizedMatrix(integers, steps);
    }

    /// <summary>NaN where there is one, which then is what the row's products are.</summary>
    static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
