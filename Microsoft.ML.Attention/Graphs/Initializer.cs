using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Graphs;

/// <summary>A tensor whose numbers are part of the graph.</summary>
/// <param name="Value">The tensor, all of its axes known.</param>
/// <param name="Bytes">Its numbers in the element type of <paramref name="Value"/>, little endian, the last axis running fastest.</param>
sealed record Initializer(Value Value, byte[] Bytes)
{
    /// <summary>The bytes of <paramref name="values"/> as elements of <paramref name="type"/>.</summary>
    /// <remarks>In the machine's byte order, as the native runtime is built for little-endian machines only.</remarks>
    public static byte[] Encode<T>(ReadOnlySpan<T> values, ElementType type) where T : unmanaged, INumberBase<T> => type switch
    {
        ElementType.Float => Convert(values, float.CreateTruncating),
        ElementType.Double => Convert(values, double.CreateTruncating),
        ElementType.Float16 => Convert(values, Half.CreateTruncating),
        ElementType.BFloat16 => Convert(values, v => (BFloat16)float.CreateTruncating(v)),
        ElementType.Int64 => Convert(values, long.CreateTruncating),
        ElementType.Int32 => Convert(values, int.CreateTruncating),
        ElementType.Int8 => Convert(values, sbyte.CreateTruncating),
        ElementType.UInt8 => Convert(values, byte.CreateTruncating),
        _ => throw new NotSupportedException($"Numbers cannot be stored as {type}."),
    };

    static byte[] Convert<TFrom, TTo>(ReadOnlySpan<TFrom> values, Func<TFrom, TTo> convert) where TFrom : unmanaged where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(TTo))
            return MemoryMarshal.AsBytes(values).ToArray();
        var converted = new TTo[values.Length];
        for (var i = 0; i < converted.Length; i++)
            converted[i] = convert(values[i]);
        return MemoryMarshal.AsBytes<TTo>(converted).ToArray();
    }
}
