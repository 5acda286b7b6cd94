using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Attention.Pictures;

/// <summary>A PNG of shades of gray that may be absent. PNG specification, third edition (W3C 2025).</summary>
static class GrayPng
{
    const byte BitsOfSample = 8, GrayAndAlpha = 4;

    /// <summary>The file. Shades are row-major, and null where the picture is transparent.</summary>
    public static byte[] Encode(int width, int height, Func<int, byte?> shade)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (BitsOfSample, GrayAndAlpha);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(width, height, shade));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static byte[] Compress(int width, int height, Func<int, byte?> shade)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize))
        {
            var line = new byte[1 + 2 * width];   // first the filter: none
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                    (line[1 + 2 * x], line[2 + 2 * x]) = shade(y * width + x) is { } gray ? (gray, byte.MaxValue) : ((byte)0, (byte)0);
                zlib.Write(line);
            }
        }
        return compressed.ToArray();
    }

    static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Remainder(Remainder(uint.MaxValue, type), data));
        file.Write(number);
    }

    /// <summary>CRC-32, a bit at a time: annex D of the specification.</summary>
    static uint Remainder(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return crc;
    }
}
