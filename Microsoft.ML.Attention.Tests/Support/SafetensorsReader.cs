using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The tests' own reader of safetensors: 8 bytes of header length, a JSON header, the data.</summary>
static class SafetensorsReader
{
    public static IReadOnlyDictionary<string, StoredTensor> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, data - 8));
        var tensors = new SortedDictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            var (first, end) = (entry.Value.GetProperty("data_offsets")[0].GetInt32(),
                entry.Value.GetProperty("data_offsets")[1].GetInt32());
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            tensors.Add(entry.Name,
                new StoredTensor(shape, Values(entry.Value.GetProperty("dtype").GetString()!, bytes.AsSpan(data)[first..end])));
        }
        return tensors;
    }

    static Array Values(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
        "I64" => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
        "BOOL" => MemoryMarshal.Cast<byte, bool>(bytes).ToArray(),
        _ => throw new NotSupportedException($"The tests read F32, F64, I64 and BOOL, not {type}."),
    };
}
