using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.Attention.Model.Checkpoints;

static partial class Safetensors
{
    const int MaximumHeaderLength = 100_000_000; // the reference implementation's

    /// <summary>A tensor as the header describes it: <see cref="Length"/> bytes at <see cref="Position"/> in the stream, where they were found to be.</summary>
    public sealed record Entry(string Name, string Type, IReadOnlyList<long> Shape, long Position, long Length);

    static readonly Dictionary<string, NumberFormat> Formats = new()
    {
        ["F64"] = NumberFormat.Float64,
        ["F32"] = NumberFormat.Float32,
        ["F16"] = NumberFormat.Float16,
        ["BF16"] = NumberFormat.BFloat16,
    };

    /// <summary>Every tensor of a file.</summary>
    /// <param name="stream">Seekable; the file begins at its position and ends with it.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">The file is malformed, or holds a tensor that is not of floating point numbers.</exception>
    public static IReadOnlyList<KeyValuePair<string, AttentionTensor>> Read(Stream stream, string path) =>
        [.. ReadHeader(stream, path).Select(entry => KeyValuePair.Create(entry.Name, ReadTensor(stream, entry, path)))];

    /// <summary>What a file holds, checked against its length: no tensor leaves the file, overlaps another or leaves a gap.</summary>
    public static IReadOnlyList<Entry> ReadHeader(Stream stream, string path)
    {
        var available = stream.Length - stream.Position - sizeof(ulong);
        if (available < 0)
            throw Malformed(path, $"it has {available + sizeof(ulong)} bytes, and needs 8 for the length of the header");
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumHeaderLength || length > (ulong)available)
            throw Malformed(path, $"its header should have {length} bytes; {available} follow, and {MaximumHeaderLength} are allowed");
        var header = new byte[length];
        stream.ReadExactly(header);

        var data = stream.Position;
        var entries = Parse(header, data, path).OrderBy(entry => entry.Position).ThenBy(entry => entry.Length).ToList();
        var end = data;
        foreach (var entry in entries)
        {
            if (entry.Position != end)
                throw Malformed(path, $"tensor '{entry.Name}' begins at byte {entry.Position - data} of the data, where byte {end - data} is the next");
            if (entry.Length > stream.Length - end)
                throw Malformed(path, $"tensor '{entry.Name}' has {entry.Length} bytes from byte {end - data} of the data on, which has {stream.Length - data}");
            end += entry.Length;
        }
        return end == stream.Length ? entries : throw Malformed(path, $"{stream.Length - end} bytes after the last tensor belong to none");
    }

    /// <summary>The numbers of a tensor.</summary>
    /// <exception cref="InvalidDataException">They are not floating point numbers, or too many for an array.</exception>
    public static AttentionTensor ReadTensor(Stream stream, Entry entry, string path)
    {
        if (!Formats.TryGetValue(entry.Type, out var format))
            throw new InvalidDataException($"Tensor '{entry.Name}' of '{path}' holds {entry.Type}; only {string.Join(", ", Formats.Keys)} can be read.");
        var count = entry.Length / format.Size();
        if (count > Array.MaxLength)
            throw new InvalidDataException($"Tensor '{entry.Name}' of '{path}' has {count} values; at most {Array.MaxLength} can be read.");
        stream.Position = entry.Position;
        return new AttentionTensor(entry.Shape, StoredNumbers.Read(stream, format, (int)count));
    }

    static List<Entry> Parse(byte[] header, long data, string path)
    {
        if (!Utf8.IsValid(header))
            throw Malformed(path, "its header is not UTF-8");
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? [.. json.RootElement.EnumerateObject().Where(member => member.Name != Metadata).Select(member => Parse(member.Name, member.Value, data, path))]
                : throw Malformed(path, "its header is not a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair, escaped
        {
            throw Malformed(path, $"its header cannot be read: {e.Message}", e);
        }
    }

    static Entry Parse(string name, JsonElement json, long data, string path)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !json.TryGetProperty("shape", out var sizes) || Integers(sizes) is not { } shape
            || !json.TryGetProperty("data_offsets", out var range) || Integers(range) is not [var begin, var end])
            throw Malformed(path, $"tensor '{name}' needs a dtype, a shape and two data_offsets, these two of whole numbers from 0 on; it has {Shorten(json.GetRawText())}");
        if (begin > end)
            throw Malformed(path, $"tensor '{name}' begins at byte {begin} and ends at byte {end}");
        var entry = new Entry(name, type.GetString()!, new ValueList<long>(shape), data + begin, end - begin);
        // Of a type that is not known here only the place in the file can be checked; it cannot be read either.
        if (SizeOf(entry.Type) is { } size && entry.Length != AttentionTensor.Count(shape) * size)
            throw Malformed(path, $"tensor '{name}' of shape {entry.Shape} and dtype {entry.Type} lies in {entry.Length} bytes");
        return entry;
    }

    static long[]? Integers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            return null;
        var values = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out values[i]) || values[i++] < 0)
                return null;
        return values;
    }

    static int? SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => null,
    };

    static string Shorten(string text) => text.Length <= 200 ? text : $"{text.AsSpan(0, 200)}...";

    static InvalidDataException Malformed(string path, string found, Exception? inner = null) => new($"'{path}' is not a valid safetensors file: {found}.", inner);
}
