using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>A cell of a notebook: words or code and, of code, what running it gave.</summary>
sealed class NotebookCell(JsonObject json, int number)
{
    /// <summary>The cell's place in the notebook, counted from 1.</summary>
    public int Number => number;

    public string Id => (string)json["id"]!;

    public bool IsCode => (string?)json["cell_type"] == "code";

    public string Source => MultilineText.Join(json["source"]);

    /// <summary>What is stored and what comes are compared only in kind: the tag by which Jupyter's nbval knows such cells.</summary>
    public bool OutputsVary => json["metadata"]!["tags"] is JsonArray tags && tags.Any(tag => (string?)tag == "nbval-ignore-output");

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<CellOutput> Outputs => [.. json["outputs"]!.AsArray().Select(output => CellOutput.Read(output!.AsObject()))];

    /// <summary>Replaces the outputs by those of a run in which this was the cell run at that place, counted from 1.</summary>
    public void Store(IEnumerable<CellOutput> outputs, int executionCount)
    {
        json["execution_count"] = executionCount;
        json["outputs"] = new JsonArray([.. outputs.Select(output => output.Write(executionCount))]);
    }
}
