using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The 8-bit integers in which matrices are stored so that this machine multiplies bytes by them without error.</summary>
/// <remarks>
/// ONNX Runtime multiplies by signed ones faster, but on x86 without VNNI it adds pairs of products in 16 bits, which they overflow. Which
/// kernels it takes is seen by what they give, not told by the processor's flags.
/// </remarks>
static class Int8Storage
{
    static readonly Lazy<ElementType> Chosen = new(() =>
    {
        var exact = false;
        if (ThreadsApart.AreNeededForInt8)
            ThreadsApart.Run(() => exact = IsExact(ElementType.Int8));
        else
            exact = IsExact(ElementType.Int8);
        return exact ? ElementType.Int8 : ElementType.UInt8;
    });

    public static ElementType Type => Chosen.Value;

    /// <summary>Whether the largest products add up to their sum, for one token and for many, which have kernels of their own.</summary>
    public static bool IsExact(ElementType type)
    {
        const int Depth = 64, Width = 32;
        var graph = new Graph();
        var x = graph.Input("x", ElementType.UInt8, "tokens", Depth);
        var zero = type == ElementType.Int8 ? 0 : 128;
        var matrix = graph.Bytes([.. Enumerable.Repeat((byte)(sbyte.MaxValue + zero), Depth * Width)], type, Depth, Width);
        var scales = graph.Constant([.. Enumerable.Repeat(1f, Width)], Width);
        graph.Output("y", Operators.MatMulIntegerToFloat(x, graph.Scalar(0, ElementType.UInt8), matrix, graph.Scalar(zero, type), scales));
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(OnnxModel.Serialize(graph), options);
        using var run = new RunOptions();
        return new[] { 1, 32 }.All(IsExactFor);

        bool IsExactFor(int tokens)
        {
            using var input = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(byte.MaxValue, tokens * Depth)], [tokens, Depth]);
            using var outputs = session.Run(run, ["x"], [input], ["y"]);
            return !outputs[0].GetTensorDataAsSpan<float>().ContainsAnyExcept((float)byte.MaxValue * sbyte.MaxValue * Depth);
        }
    }
}
