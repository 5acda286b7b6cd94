namespace Microsoft.ML.Attention.Graphs;

static partial class Operators
{
    /// <summary>Each number in steps of <paramref name="step"/>, rounded to even, plus <paramref name="zero"/>: 8-bit integers of its type,
    /// those out of range brought to its ends.</summary>
    public static Value QuantizeLinear(Value x, Value step, Value zero) =>
        x.Graph.Append("QuantizeLinear",
            IsByte(zero) ? zero.Type : throw new ArgumentException($"Cannot quantize {x} around {zero}: it is {zero.Type}."), x.Shape,
            [x, step, zero]);

    /// <summary>The product of 8-bit integers as real numbers, <c>(a - aZero) (b - bZero)</c>, its columns scaled; ONNX Runtime's own
    /// operator, for scoring on the CPU.</summary>
    /// <param name="a"><c>[..., M, N]</c>.</param>
    /// <param name="aZero">The integer of <paramref name="a"/> that stands for 0.</param>
    /// <param name="b"><c>[N, P]</c>.</param>
    /// <param name="bZero">The integer of <paramref name="b"/> that stands for 0.</param>
    /// <param name="scales">Of each column of the product, <c>[P]</c>.</param>
    public static Value MatMulIntegerToFloat(Value a, Value aZero, Value b, Value bZero, Value scales)
    {
        var shape = Shapes.MatMul(a, b);
        if (!IsByte(a) || !IsByte(b) || aZero.Type != a.Type || bZero.Type != b.Type)
            throw new ArgumentException($"Cannot multiply {a} around {aZero} by {b} around {bZero} as 8-bit integers: they are {a.Type}, "
                + $"{aZero.Type}, {b.Type} and {bZero.Type}.");
        if (!scales.Shape.SequenceEqual([shape[^1]]))
            throw new ArgumentException($"Cannot scale the {shape[^1]} columns of {a} by {b} with {scales}.");
        return a.Graph.Append("MatMulIntegerToFloat", "com.microsoft", [(scales.Type, shape)],
            [a, b, a.Graph.Scalar(1, scales.Type), scales, aZero, bZero])[0];
    }

    static bool IsByte(Value x) => x.Type is ElementType.Int8 or ElementType.UInt8;
}
