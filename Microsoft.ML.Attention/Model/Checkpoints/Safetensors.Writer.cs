using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>The safetensors format: a header length of 8 bytes, a JSON header that says where each tensor lies,
/// then the tensors without gaps.</summary>
static partial class Safetensors
{
    const string Metadata = "__metadata__";

    /// <summary>Writes the tensors in the ordinal order of their names, as 32-bit numbers.</summary>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, AttentionTensor>> tensors)
    {
        var sorted = new SortedDictionary<string, AttentionTensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors)
        {
            if (name == Metadata)
                throw new ArgumentException($"A tensor cannot be named '{Metadata}' in a safetensors file.", nameof(tensors));
            if (!sorted.TryAdd(name, tensor))
                throw new ArgumentException($"The tensor '{name}' occurs twice.", nameof(tensors));
        }

        var header = Header(sorted);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in sorted.Values)
            StoredNumbers.Write(stream, tensor.Values.Span);
    }

    /// <summary>Padded with spaces, so that the tensors begin at a multiple of 8 bytes.</summary>
    static ReadOnlySpan<byte> Header(SortedDictionary<string, AttentionTensor> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject(Metadata);
            json.WriteString("format", "pt"); // the layouts are PyTorch's; transformers does not load a file that leaves it open
            json.WriteEndObject();
            var end = 0L;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(end);
                json.WriteNumberValue(end += tensor.Values.Length * (long)sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padding = -bytes.WrittenCount & 7;
        bytes.GetSpan(padding)[..padding].Fill((byte)' ');
        bytes.Advance(padding);
        return bytes.WrittenSpan;
    }
}
