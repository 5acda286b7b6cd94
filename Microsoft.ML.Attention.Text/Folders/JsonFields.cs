using System.Text.Json;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>An object of a JSON file. What is missing or of another kind is an error that names the file and the field.</summary>
sealed class JsonFields
{
    readonly JsonElement _json;
    readonly string _where;

    JsonFields(JsonElement json, string file, string where)
    {
        (_json, File, _where) = (json, file, where);
        if (json.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException(
                $"'{file}': {(where.Length > 0 ? where.TrimEnd('.') : "the file")} is {Shown(json)}; needed is an object.");
    }

    public string File { get; }

    public IEnumerable<string> Names => _json.EnumerateObject().Select(member => member.Name);

    public static JsonFields Parse(IModelFiles files, string name) => new(ParseAny(files, name), files.Called(name), "");

    public static JsonElement ParseAny(IModelFiles files, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(files.Read(name), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{files.Called(name)}' is no JSON that can be read: {e.Message}", e);
        }
    }

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public bool IsObject(string name) => Find(name) is { ValueKind: JsonValueKind.Object };

    public string Text(string name) => TextOrNull(name) ?? throw Wrong(name, "text");

    public string? TextOrNull(string name) =>
        Find(name) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "text");

    public int Count(string name) => CountOrNull(name) ?? throw Wrong(name, "a whole number from 0 on");

    public int? CountOrNull(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0
            ? count
            : throw Wrong(name, "a whole number from 0 on");

    public double Number(string name, double otherwise) => Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, "a number");

    public bool Flag(string name, bool otherwise = false) => FlagOrNull(name) ?? otherwise;

    public bool? FlagOrNull(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false");

    public JsonFields Object(string name) => ObjectOrNull(name) ?? throw Wrong(name, "an object");

    public JsonFields? ObjectOrNull(string name) => Find(name) is { } value ? new(value, File, $"{_where}{name}.") : null;

    public IReadOnlyList<JsonFields> Objects(string name) =>
        [.. Items(name).Select((item, i) => new JsonFields(item, File, $"{_where}{name}[{i}]."))];

    public IReadOnlyList<string> Texts(string name) =>
        [.. Items(name).Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(name, "a list of text"))];

    public IReadOnlyList<JsonElement> Items(string name) => Find(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong(name, "a list");

    /// <summary>Whole numbers by name, as a vocabulary is written.</summary>
    public IReadOnlyDictionary<string, int> Counts()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in _json.EnumerateObject())
            counts.Add(member.Name, member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var id)
                && id >= 0 ? id : throw Wrong(member.Name, "a whole number from 0 on"));
        return counts;
    }

    /// <summary>A list of objects as a whole file.</summary>
    public static IReadOnlyList<JsonFields> List(IModelFiles files, string name)
    {
        var json = ParseAny(files, name);
        if (json.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"'{files.Called(name)}': the file is {Shown(json)}; needed is a list.");
        return [.. json.EnumerateArray().Select((item, i) => new JsonFields(item, files.Called(name), $"[{i}]."))];
    }

    public InvalidDataException Wrong(string name, string needed) =>
        new($"'{File}': {_where}{name} is {(_json.TryGetProperty(name, out var value) ? Shown(value) : "not there")}; needed is {needed}.");

    public NotSupportedException Refused(string name, string why) =>
        new($"'{File}': {_where}{name} is {(_json.TryGetProperty(name, out var value) ? Shown(value) : "not there")}: {why}");

    JsonElement? Find(string name) => _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}...";
    }
}
