using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>Text as notebooks store it: a list of lines, each with its line feed, so that a change of one line is a change of one line; a
/// plain string is read as well.</summary>
static class MultilineText
{
    public static string Join(JsonNode? text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)text ?? "";

    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var feed ? feed + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }
        return lines;
    }
}
