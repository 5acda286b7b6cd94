using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Tokens by learned matrices in 8-bit integers.</summary>
/// <remarks>
/// A token is divided by a step of its own, 127 of which are its largest magnitude, and a row of the matrix by the row's; the integers are
/// multiplied exactly, and the product of the two steps gives them their size back ("vector-wise quantization", Dettmers et al. 2022,
/// section 3.1). So no token's numbers depend on those beside it, as they would with DynamicQuantizeLinear,
/// which has one step for a whole batch.
/// </remarks>
/// <param name="graph">The graph that is built.</param>
/// <param name="tensors">The matrices, by the names that they have in the graph.</param>
/// <param name="storage">How they are stored: Int8, or UInt8 shifted by 128.</param>
sealed class Int8Projection(Graph graph, AttentionParameters tensors, ElementType storage)
{
    /// <summary>What stands for 0 in bytes that hold -127 to 127.</summary>
    const int Shift = 128;

    /// <summary>What a step is more than it need be, so that a token of zeros is not divided by 0.
    /// In a step above 1e-22 it is lost to rounding.</summary>
    const double Least = 1e-30;

    readonly Dictionary<Value, (Value Integers, Value Step)> _tokens = [];

    /// <summary><c>x Wᵀ</c>.</summary>
    /// <param name="tokens"><c>[B, T, in]</c>. What several matrices multiply is quantized once.</param>
    /// <param name="matrix">An initializer <c>[out, in]</c>; it is not read itself, and so not written to the model.</param>
    public Value Product(Value tokens, Value matrix)
    {
        if (!_tokens.TryGetValue(tokens, out var quantized))
            _tokens[tokens] = quantized = Quantize(tokens);
        var (integers, steps) = QuantizedMatrix.Of(tensors[matrix.Name]);
        var zero = storage == ElementType.Int8 ? 0 : Shift;
        var stored = graph.Bytes(Array.ConvertAll(integers, i => (byte)(i + zero)), storage, matrix.Shape[1], matrix.Shape[0]);
        return Operators.MatMulIntegerToFloat(quantized.Integers, graph.Scalar(Shift, ElementType.UInt8), stored,
            graph.Scalar(zero, storage), graph.Constant(steps, steps.Length)) * quantized.Step;
    }

    /// <summary>The tokens as bytes, and the step of each, <c>[B, T, 1]</c>.</summary>
    (Value Integers, Value Step) Quantize(Value tokens)
    {
        var step = tokens.Abs().Max(keep: true, -1) / QuantizedMatrix.Largest + Least;
        var inSteps = tokens / step;
        var integers = Operators.QuantizeLinear(inSteps, graph.Scalar(1), graph.Scalar(Shift, ElementType.UInt8));
        // ONNX Runtime's ReduceMax passes over NaN, and integers have none; a sum keeps it.
        return (integers, step + inSteps.Sum(keep: true, -1) * 0);
    }
}

/// <summary>A learned matrix in 8-bit integers: each of its rows in steps of the row's own size, from -127 to 127.</summary>
/// <param name="Integers"><c>[in, out]</c>, the matrix transposed.</param>
/// <param name="Steps">What 1 stands for in each row, <c>[out]</c>.</param>
sealed record QuantizedMatrix(sbyte[] Integers, float[] Steps)
{
    /// <summary>The integer that the largest magnitude becomes. -128 is left out,
    /// so that a number and its opposite become opposites.</summary>
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
