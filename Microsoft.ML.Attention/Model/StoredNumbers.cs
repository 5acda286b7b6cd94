using System.Buffers.Binary;

namespace Microsoft.ML.Attention.Model;

/// <summary>How a file stores a floating point number; little-endian.</summary>
enum NumberFormat { Float64, Float32, Float16, BFloat16 }

/// <summary>Floating point numbers of any format, read as 32-bit ones.</summary>
static class StoredNumbers
{
    const int ValuesPerChunk = 1 << 14;

    public static int Size(this NumberFormat format) => format switch
    {
        NumberFormat.Float64 => 8,
        NumberFormat.Float32 => 4,
        _ => 2,
    };

    /// <summary>As many numbers from a stream, which the caller has found to be long enough.</summary>
    public static float[] Read(Stream stream, NumberFormat format, int count)
    {
        var values = new float[count];
        var bytes = new byte[Math.Min(count, ValuesPerChunk) * format.Size()];
        for (var done = 0; done < count; done += ValuesPerChunk)
        {
            var chunk = values.AsSpan(done, Math.Min(count - done, ValuesPerChunk));
            var stored = bytes.AsSpan(0, chunk.Length * format.Size());
            stream.ReadExactly(stored);
            Decode(stored, format, chunk);
        }
        return values;
    }

    public static void Decode(ReadOnlySpan<byte> stored, NumberFormat format, Span<float> values)
    {
        var size = format.Size();
        for (var i = 0; i < values.Length; i++)
        {
            var bytes = stored.Slice(i * size, size);
            values[i] = format switch
            {
                NumberFormat.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
                NumberFormat.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
                NumberFormat.Float16 => Float16(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
                _ => BFloat16(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            };
        }
    }

    public static float Float16(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>A bfloat16 is the upper half of a 32-bit number.</summary>
    public static float BFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        Span<byte> bytes = new byte[Math.Min(values.Length, ValuesPerChunk) * sizeof(float)];
        for (; values.Length > 0; values = values[Math.Min(values.Length, ValuesPerChunk)..])
        {
            var chunk = values[..Math.Min(values.Length, ValuesPerChunk)];
            for (var i = 0; i < chunk.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], chunk[i]);
            stream.Write(bytes[..(chunk.Length * sizeof(float))]);
        }
    }
}
