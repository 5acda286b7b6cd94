using System.Globalization;
using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>One thing that running a cell gave: what it printed, displayed or returned.</summary>
/// <param name="Kind">The format's name of it: <c>stream</c>, <c>display_data</c> or <c>execute_result</c>.</param>
/// <param name="MimeType"><c>text/plain</c> or <c>text/html</c>.</param>
/// <param name="Text">What was printed, or the content of that type.</param>
sealed record CellOutput(string Kind, string MimeType, string Text)
{
    const string Stream = "stream", Display = "display_data", Result = "execute_result";

    public static CellOutput Printed(string text) => new(Stream, "text/plain", text);

    public static CellOutput Displayed(object value) => Of(Display, value);

    public static CellOutput Returned(object value) => Of(Result, value);

    public bool IsPrinted => Kind == Stream;

    /// <exception cref="InvalidDataException">The output is of a kind that running never gives, an error for one.</exception>
    public static CellOutput Read(JsonObject json)
    {
        switch ((string?)json["output_type"])
        {
            case Stream:
                return Printed(MultilineText.Join(json["text"]));
            case Display or Result when json["data"]!.AsObject() is { Count: 1 } data:
                var (type, content) = data.Single();
                return new((string)json["output_type"]!, type, MultilineText.Join(content));
            default:
                throw new InvalidDataException($"An output is neither printed nor of one type: {json.ToJsonString()[..80]}...");
        }
    }

    public JsonObject Write(int executionCount)
    {
        if (IsPrinted)
            return new() { ["output_type"] = Kind, ["name"] = "stdout", ["text"] = MultilineText.Split(Text) };
        var json = new JsonObject
        {
            ["output_type"] = Kind,
            ["data"] = new JsonObject { [MimeType] = MultilineText.Split(Text) },
            ["metadata"] = new JsonObject()
        };
        if (Kind == Result)
            json["execution_count"] = executionCount;
        return json;
    }

    static CellOutput Of(string kind, object value) => value is Html html
        ? new(kind, "text/html", html.AsShown)
        : new(kind, "text/plain", Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}
