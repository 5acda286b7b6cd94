using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Attention.Tests.Model;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The notebooks of examples/notebooks, as they were when the tests were built, and small ones made for a test.</summary>
static class StoredNotebooks
{
    public static IEnumerable<object[]> Paths => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Notebooks"), "*.ipynb")
        .Order(StringComparer.Ordinal).Select(path => new object[] { path });

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name}({Path.GetFileNameWithoutExtension((string)data[0])})";

    /// <summary>A notebook of code cells, named cell-1, cell-2, ..., that were not run.</summary>
    public static Notebook OfCells(params string[] sources) => OfCells([], sources);

    /// <summary>The same, every cell with these tags.</summary>
    public static Notebook OfCells(string[] tags, params string[] sources)
    {
        using var folder = new TemporaryFolder();
        var cells = sources.Select((source, index) => (JsonNode)new JsonObject
        {
            ["id"] = $"cell-{index + 1}",
            ["cell_type"] = "code",
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) },
            ["execution_count"] = null,
            ["outputs"] = new JsonArray(),
            ["source"] = source,
        });
        var json = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells]),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5
        };
        return Notebook.Read(folder.Write("made.ipynb", Encoding.UTF8.GetBytes(json.ToJsonString())));
    }
}
