using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Graphs;

/// <summary>A tensor whose numbers are part of the graph: little endian, the last axis running fastest.</summary>
sealed class Initializer
{
    readonly byte[]? _encoded;

    /// <param name="value">The tensor, all of its axes known.</param>
    /// <param name="bytes">Its numbers in the element type of <paramref name="value"/>.</param>
    public Initializer(Value value, byte[] bytes) => (Value, _encoded, Length) = (value, bytes, bytes.Length);

    /// <param name="value">The tensor, of floats.</param>
    /// <param name="numbers">Its numbers, which are not copied.</param>
    public Initializer(Value value, ReadOnlyMemory<float> numbers) =>
        (Value, Numbers, Length) = (value, numbers, numbers.Length * (long)sizeof(float));

    public Value Value { get; }

    /// <summary>The caller's own numbers; null where the graph has made some of its own.</summary>
    public ReadOnlyMemory<float>? Numbers { get; }

    /// <summary>Bytes that it takes: of a tensor of floats more than an array holds, perhaps.</summary>
    public long Length { get; }

    public byte[] Bytes => _encoded ?? MemoryMarshal.AsBytes(Numbers!.Value.Span).ToArray();

    /// <summary>Keeps the bytes where they are until that is disposed; a copy, where they are not an array's.</summary>
    public PinnedBytes Pin()
    {
        if (Numbers is not { } numbers)
            return new PinnedBytes(_encoded!, 0);
        return MemoryMarshal.TryGetArray(numbers, out var array)
            ? new PinnedBytes(array.Array!, array.Offset)
            : new PinnedBytes(numbers.ToArray(), 0);
    }

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

/// <summary>Numbers of an array that native code reads, until it is disposed.</summary>
sealed class PinnedBytes : IDisposable
{
    GCHandle _array;

    /// <param name="array">The array.</param>
    /// <param name="start">The element that the numbers begin with.</param>
    public PinnedBytes(Array array, int start)
    {
        _array = GCHandle.Alloc(array, GCHandleType.Pinned);
        Address = Marshal.UnsafeAddrOfPinnedArrayElement(array, start);
    }

    ~PinnedBytes() => Free();

    public nint Address { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (_array.IsAllocated)
            _array.Free();
    }
}
