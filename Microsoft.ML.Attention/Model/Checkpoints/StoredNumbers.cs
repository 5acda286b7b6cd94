using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Floating point numbers of any format, read as 32-bit ones.</summary>
static class StoredNumbers
{
    // A span of bytes cannot hold all of a large tensor; and so many of 8 bytes are no large object to the garbage collector.
    const int ValuesPerChunk = 1 << 13;

    public static int Size(this NumberFormat format) => format switch
    {
        NumberFormat.Float64 => sizeof(double),
        NumberFormat.Float32 => sizeof(float),
        NumberFormat.Float16 or NumberFormat.BFloat16 => sizeof(ushort),
        _ => throw new NotSupportedException($"Numbers of format {format} are not known."),
    };

    /// <summary>As many numbers from a stream, which the caller has found to be long enough.</summary>
    public static float[] Read(Stream stream, NumberFormat format, int count)
    {
        var values = new float[count];
        var bytes = new byte[Math.Min(count, ValuesPerChunk) * format.Size()];
        for (var rest = values.AsSpan(); rest.Length > 0; rest = rest[Math.Min(rest.Length, ValuesPerChunk)..])
        {
            var chunk = rest[..Math.Min(rest.Length, ValuesPerChunk)];
            var stored = bytes.AsSpan(0, chunk.Length * format.Size());
            stream.ReadExactly(stored);
            Decode(stored, format, chunk);
        }
        return values;
    }

    public static void Decode(ReadOnlySpan<byte> stored, NumberFormat format, Span<float> values)
    {
        switch (format)
        {
            case NumberFormat.Float64:
                var doubles = MemoryMarshal.Cast<byte, double>(stored);
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)doubles[i];
                break;
            case NumberFormat.Float32:
                MemoryMarshal.Cast<byte, float>(stored).CopyTo(values);
                break;
            case NumberFormat.Float16 or NumberFormat.BFloat16:
                var halves = MemoryMarshal.Cast<byte, ushort>(stored);
                for (var i = 0; i < values.Length; i++)
                    values[i] = format == NumberFormat.Float16 ? Float16(halves[i]) : BFloat16(halves[i]);
                break;
            default:
                throw new NotSupportedException($"Numbers of format {format} are not known.");
        }
    }

    public static float Float16(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>A bfloat16 is the upper half of a 32-bit number.</summary>
    public static float BFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        for (; values.Length > 0; values = values[Math.Min(values.Length, ValuesPerChunk)..])
            stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, ValuesPerChunk)]));
    }
}

/// <summary>How a file stores a floating point number; little-endian, as every machine is that ONNX Runtime runs on.</summary>
enum NumberFormat { Float64, Float32, Float16, BFloat16 }
