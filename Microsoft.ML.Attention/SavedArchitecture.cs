using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>Reads an architecture from a model file, of version 0.1.0 too,
/// which said of the inputs in five fields what is one list today.</summary>
static class SavedArchitecture
{
    public static Architecture? Read(Stream saved, JsonSerializerOptions json)
    {
        var architecture = JsonNode.Parse(saved);
        if (architecture is JsonObject old && !old.ContainsKey(nameof(Architecture.Fields)) && old["InputWidths"] is JsonArray widths)
        {
            old[nameof(Architecture.Fields)] = JsonSerializer.SerializeToNode(Fields(old, widths), json);
            old[nameof(Architecture.TableSizes)] = old["VocabularySize"] is { } size ? new JsonArray(size.DeepClone()) : [];
        }
        return architecture.Deserialize<Architecture>(json);
    }

    static List<TokenField> Fields(JsonObject old, JsonArray widths)
    {
        int[] tokens = widths.Deserialize<int[]>()!, lengths = old["InputLengths"]?.Deserialize<int[]>() ?? [];
        List<TokenField> fields = old["VocabularySize"] is not null ? [TokenField.OfIds([0])]
            : [.. tokens.Select((width, i) => new TokenField(width, Length: i < lengths.Length ? lengths[i] : null))];
        if (old["KeyWidth"].Deserialize<int?>() is int keys)
            fields.Add(new(keys, TokenRole.Key));
        if (old["ValueWidth"].Deserialize<int?>() is int values)
            fields.Add(new(values, TokenRole.Value));
        return fields;
    }
}
