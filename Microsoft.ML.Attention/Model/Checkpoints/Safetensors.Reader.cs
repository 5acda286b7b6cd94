using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.Attention.Model.Checkpoints;

static partial class Safetensors
{
    const int MaximumHeaderLength = 100_000_000; // the reference implementation's
    const int MaximumRank = 64;

    /// <summary>More than any file of a model has (the largest of today have some 100,000 over all of their files): each costs memory,
    /// however short its description.</summary>
    const int MaximumTensors = 1 << 18;

    /// <summary>A tensor as the header describes it: <see cref="Length"/> bytes at <see cref="Position"/> in the stream,
    /// where they were found to be.</summary>
    public sealed record Entry(string Name, string Type, IReadOnlyList<long> Shape, long Position, long Length)
    {
        public bool IsFloat => Formats.ContainsKey(Type);
    }

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
        var entries = Parse(header, data, path);
        entries.Sort((a, b) => (a.Position, a.Length).CompareTo((b.Position, b.Length)));
        var end = data;
        foreach (var entry in entries)
        {
            if (entry.Position != end)
                throw Malformed(path, $"tensor '{Shorten(entry.Name)}' begins at byte {entry.Position - data} of the data, where byte "
                    + $"{end - data} is the next");
            if (entry.Length > stream.Length - end)
                throw Malformed(path, $"tensor '{Shorten(entry.Name)}' has {entry.Length} bytes from byte {end - data} of the data on, "
                    + $"which has {stream.Length - data}");
            end += entry.Length;
        }
        return end == stream.Length ? entries : throw Malformed(path, $"{stream.Length - end} bytes after the last tensor belong to none");
    }

    /// <summary>The numbers of a tensor.</summary>
    /// <exception cref="InvalidDataException">They are not floating point numbers, or too many for an array.</exception>
    public static AttentionTensor ReadTensor(Stream stream, Entry entry, string path)
    {
        if (!Formats.TryGetValue(entry.Type, out var format))
            throw new InvalidDataException(
                $"Tensor '{Shorten(entry.Name)}' of '{path}' holds {entry.Type}; only {string.Join(", ", Formats.Keys)} can be read." +
                " Load the model as it was before it was quantized; Precision quantizes it here.");
        var count = entry.Length / format.Size();
        if (count > Array.MaxLength)
            throw new InvalidDataException($"Tensor '{entry.Name}' of '{path}' has {count} values; at most {Array.MaxLength} can be read.");
        stream.Position = entry.Position;
        return new AttentionTensor(entry.Shape, StoredNumbers.Read(stream, format, (int)count));
    }

    /// <summary>Read token by token: a document of a header of 100 million bytes would take gigabytes.</summary>
    static List<Entry> Parse(byte[] header, long data, string path)
    {
        if (!Utf8.IsValid(header))
            throw Malformed(path, "its header is not UTF-8");
        try
        {
            var (entries, names) = (new List<Entry>(), new HashSet<string>());
            var json = new Utf8JsonReader(header);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
                throw Malformed(path, "its header is not a JSON object");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                if (!names.Add(name))
                    throw Duplicate(name);
                json.Read();
                if (name == Metadata)
                    json.Skip();
                else if (entries.Count == MaximumTensors)
                    throw Malformed(path, $"it has more than {MaximumTensors} tensors, the most that are read");
                else
                    entries.Add(ParseEntry(name, ref json, header, data, path));
            }
            json.Read(); // throws where something follows
            return entries;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair, escaped
        {
            throw Malformed(path, $"its header cannot be read: {e.Message}", e);
        }
    }

    static JsonException Duplicate(string name) => new($"Duplicate property '{Shorten(name)}'.");

    static Entry ParseEntry(string name, ref Utf8JsonReader json, byte[] header, long data, string path)
    {
        var begins = (int)json.TokenStartIndex;
        var (type, shape, range) = ((string?)null, (long[]?)null, (long[]?)null);
        var (hasType, hasShape, hasRange) = (false, false, false);
        if (json.TokenType != JsonTokenType.StartObject)
            json.Skip();
        else
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                if (IsFirst("dtype"u8, ref json, ref hasType))
                    type = ReadType(ref json);
                else if (IsFirst("shape"u8, ref json, ref hasShape))
                    shape = ReadIntegers(ref json, name, path);
                else if (IsFirst("data_offsets"u8, ref json, ref hasRange))
                    range = ReadIntegers(ref json, name, path);
                else
                {
                    json.Read();
                    json.Skip();
                }
        if (type is null || shape is null || range is not [var begin, var end])
        {
            var found = Shorten(Encoding.UTF8.GetString(header, begins, Math.Min((int)json.BytesConsumed - begins, 1000)));
            throw Malformed(path, $"tensor '{Shorten(name)}' needs a dtype, a shape and two data_offsets, these two of whole numbers "
                + $"from 0 on; it has {found}");
        }
        if (begin > end)
            throw Malformed(path, $"tensor '{Shorten(name)}' begins at byte {begin} and ends at byte {end}");
        var entry = new Entry(name, type, new ValueList<long>(shape), data + begin, end - begin);
        // Of a type that is not known here only the place in the file can be checked; it cannot be read either.
        if (SizeOf(entry.Type) is { } size && entry.Length != AttentionTensor.Count(shape) * size)
            throw Malformed(path, $"tensor '{Shorten(name)}' of shape {entry.Shape} and dtype {entry.Type} lies in {entry.Length} bytes");
        return entry;
    }

    /// <summary>Whether the property is this one; then its value is the next token.</summary>
    static bool IsFirst(ReadOnlySpan<byte> name, ref Utf8JsonReader json, ref bool isThere)
    {
        if (!json.ValueTextEquals(name))
            return false;
        if (isThere)
            throw Duplicate(Encoding.UTF8.GetString(name));
        isThere = true;
        return json.Read();
    }

    static string? ReadType(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return null;
        }
        foreach (var known in Formats.Keys)
            if (json.ValueTextEquals(known))
                return known; // one string for a million tensors
        return json.GetString();
    }

    /// <summary>Null where they are not whole numbers from 0 on.</summary>
    static long[]? ReadIntegers(ref Utf8JsonReader json, string name, string path)
    {
        var whole = json;
        whole.Skip();
        Span<long> values = stackalloc long[MaximumRank];
        var count = 0;
        if (json.TokenType == JsonTokenType.StartArray)
            while (json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) && value >= 0)
            {
                if (count == MaximumRank)
                    throw Malformed(path, $"tensor '{Shorten(name)}' has more than {MaximumRank} dimensions");
                values[count++] = value;
            }
        var isRead = json.TokenType == JsonTokenType.EndArray;
        json = whole;
        return isRead ? values[..count].ToArray() : null;
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

    static InvalidDataException Malformed(string path, string found, Exception? inner = null) =>
        new($"'{path}' is not a valid safetensors file: {found}.", inner);
}
