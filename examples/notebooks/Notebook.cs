using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>A Jupyter notebook: a file of format 4.5, its cells, and all that is not changed here kept as it was.</summary>
/// <remarks>https://nbformat.readthedocs.io/en/latest/format_description.html. Written as Jupyter writes it, one space an indent, so that a
/// notebook run again differs only where its outputs do.</remarks>
sealed class Notebook
{
    static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    readonly JsonObject _json;

    Notebook(string name, JsonObject json, IReadOnlyList<NotebookCell> cells) => (Name, _json, Cells) = (name, json, cells);

    /// <summary>The file's name, without folder and extension.</summary>
    public string Name { get; }

    public IReadOnlyList<NotebookCell> Cells { get; }

    public IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.IsCode);

    /// <exception cref="InvalidDataException">The file is not a notebook of format 4.5.</exception>
    public static Notebook Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            var (major, minor) = ((int?)json["nbformat"], (int?)json["nbformat_minor"]);
            if ((major, minor) != (4, 5))
                throw new InvalidDataException($"'{path}' is of notebook format {major}.{minor}; 4.5 is needed, whose cells have ids.");
            return new(Path.GetFileNameWithoutExtension(path), json,
                [.. json["cells"]!.AsArray().Select((cell, index) => new NotebookCell(cell!.AsObject(), index + 1))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InvalidDataException($"'{path}' is not a notebook: {e.Message}", e);
        }
    }

    public void Write(string path)
    {
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, Layout))
            _json.WriteTo(writer);
        content.WriteByte((byte)'\n');
        File.WriteAllBytes($"{path}.new", content.ToArray());
        File.Move($"{path}.new", path, overwrite: true);
    }
}
