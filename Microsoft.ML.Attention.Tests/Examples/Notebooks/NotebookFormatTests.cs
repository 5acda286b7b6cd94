using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

/// <summary>The stored notebooks against the rules of nbformat's schema of version 4.5,
/// for the kinds of cells and outputs that they have.</summary>
[TestClass]
public sealed partial class NotebookFormatTests
{
    [TestMethod]
    [DynamicData(nameof(Notebooks), DynamicDataDisplayName = nameof(StoredNotebooks.NameOf),
        DynamicDataDisplayNameDeclaringType = typeof(StoredNotebooks))]
    public void Notebook_IsOfTheFormat(string path)
    {
        var notebook = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        AssertKeys(notebook, "cells", "metadata", "nbformat", "nbformat_minor");
        Assert.AreEqual((4, 5), ((int)notebook["nbformat"]!, (int)notebook["nbformat_minor"]!));
        Assert.AreEqual((".net-csharp", ".NET (C#)"),
            ((string)notebook["metadata"]!["kernelspec"]!["name"]!, (string)notebook["metadata"]!["kernelspec"]!["display_name"]!));
        Assert.AreEqual("csharp", (string)notebook["metadata"]!["language_info"]!["name"]!);
        var cells = notebook["cells"]!.AsArray().Select(cell => cell!.AsObject()).ToList();
        Assert.HasCount(cells.Count, cells.Select(cell => (string)cell["id"]!).Distinct());
        foreach (var cell in cells)
            AssertCell(cell);
    }

    [TestMethod]
    [DynamicData(nameof(Notebooks), DynamicDataDisplayName = nameof(StoredNotebooks.NameOf),
        DynamicDataDisplayNameDeclaringType = typeof(StoredNotebooks))]
    public void Notebook_WasRunFromTopToBottom_AndStoresWhatItGave(string path)
    {
        var code = JsonNode.Parse(File.ReadAllBytes(path))!["cells"]!.AsArray()
            .Where(cell => (string?)cell!["cell_type"] == "code").ToList();
        Assert.AreSequenceEqual(Enumerable.Range(1, code.Count), code.Select(cell => (int?)cell!["execution_count"] ?? 0));
        Assert.IsNotEmpty(code.SelectMany(cell => cell!["outputs"]!.AsArray()));
    }

    static IEnumerable<object[]> Notebooks => StoredNotebooks.Paths;

    static void AssertCell(JsonObject cell)
    {
        Assert.MatchesRegex(Id(), (string)cell["id"]!);
        AssertText(cell["source"]);
        if ((string?)cell["cell_type"] == "markdown")
        {
            AssertKeys(cell, "id", "cell_type", "metadata", "source");
            return;
        }
        Assert.AreEqual("code", (string?)cell["cell_type"]);
        AssertKeys(cell, "id", "cell_type", "metadata", "execution_count", "outputs", "source");
        foreach (var output in cell["outputs"]!.AsArray().Select(output => output!.AsObject()))
            AssertOutput(output, (int)cell["execution_count"]!);
    }

    static void AssertOutput(JsonObject output, int executionCount)
    {
        switch ((string?)output["output_type"])
        {
            case "stream":
                AssertKeys(output, "output_type", "name", "text");
                Assert.AreEqual("stdout", (string?)output["name"]);
                AssertText(output["text"]);
                return;
            case "display_data":
                AssertKeys(output, "output_type", "data", "metadata");
                break;
            default:
                Assert.AreEqual("execute_result", (string?)output["output_type"]);
                AssertKeys(output, "output_type", "data", "metadata", "execution_count");
                Assert.AreEqual(executionCount, (int)output["execution_count"]!);
                break;
        }
        foreach (var (type, content) in output["data"]!.AsObject())
        {
            Assert.Contains(type, new[] { "text/plain", "text/html" });
            AssertText(content);
        }
    }

    static void AssertKeys(JsonObject json, params string[] keys) =>
        Assert.AreSequenceEqual(keys.Order(), json.Select(member => member.Key).Order());

    /// <summary>Lines, each with its line feed but the last.</summary>
    static void AssertText(JsonNode? text)
    {
        var lines = text!.AsArray().Select(line => (string)line!).ToList();
        Assert.IsTrue(lines.SkipLast(1).All(line => line.EndsWith('\n')));
        Assert.IsTrue(lines.All(line => line.TrimEnd('\n').Length >= line.Length - 1 && !line.TrimEnd('\n').Contains('\n')));
    }

    [GeneratedRegex("^[a-zA-Z0-9-_]{1,64}$")]
    private static partial Regex Id();
}
