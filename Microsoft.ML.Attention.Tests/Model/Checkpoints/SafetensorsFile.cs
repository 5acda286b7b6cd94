using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>Safetensors files made by hand, right or wrong.</summary>
static class SafetensorsFile
{
    public static byte[] Of(string header, params ReadOnlySpan<byte> data) => Of(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Of(byte[] header, params ReadOnlySpan<byte> data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    public static byte[] OfZeros(params (string Name, string Type, long[] Shape)[] tensors)
    {
        var end = 0L;
        var header = tensors.Select(tensor =>
        {
            var length = tensor.Shape.Aggregate(tensor.Type switch { "F64" or "I64" => 8L, "F32" => 4, "BOOL" or "I8" => 1, _ => 2 },
                (bytes, size) => bytes * size);
            return $$"""
                "{{tensor.Name}}":{"dtype":"{{tensor.Type}}","shape":[{{string.Join(',', tensor.Shape)}}],"data_offsets":[{{end}},{{end += length}}]}
                """;
        });
        return Of($$"""{{{string.Join(',', header)}}}""", new byte[end]);
    }

    public static byte[] Bytes<T>(params T[] values) where T : struct => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
