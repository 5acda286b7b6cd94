using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

[TestClass]
public sealed class NotebookTests
{
    [TestMethod]
    [DynamicData(nameof(Stored), DynamicDataDisplayName = nameof(StoredNotebooks.NameOf),
        DynamicDataDisplayNameDeclaringType = typeof(StoredNotebooks))]
    public void Notebook_ReadAndWritten_IsTheSameFile(string path)
    {
        using var folder = new TemporaryFolder();
        Notebook.Read(path).Write(folder["written.ipynb"]);
        Assert.AreEqual(File.ReadAllText(path), File.ReadAllText(folder["written.ipynb"]));
    }

    [TestMethod]
    public void Outputs_Stored_AreThoseRead()
    {
        using var folder = new TemporaryFolder();
        CellOutput[] outputs = [CellOutput.Printed("one\ntwo\n"), CellOutput.Displayed(new Html("<b>three</b>\n")),
            CellOutput.Displayed("four"), CellOutput.Returned(5.5)];
        var notebook = StoredNotebooks.OfCells("1", "2");
        notebook.CodeCells.Last().Store(outputs, 2);
        notebook.Write(folder["stored.ipynb"]);
        var read = Notebook.Read(folder["stored.ipynb"]);
        Assert.IsEmpty(read.CodeCells.First().Outputs);
        Assert.AreSequenceEqual(outputs, read.CodeCells.Last().Outputs);
    }

    [TestMethod]
    [DataRow("{}", "'*' is of notebook format .; 4.5 is needed, whose cells have ids.")]
    [DataRow("""{ "nbformat": 4, "nbformat_minor": 4, "cells": [] }""",
        "'*' is of notebook format 4.4; 4.5 is needed, whose cells have ids.")]
    public void Notebook_OfAnotherFormat_IsAnError(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("old.ipynb", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.AreEqual(message.Replace("*", path), Assert.ThrowsExactly<InvalidDataException>(() => Notebook.Read(path)).Message);
    }

    [TestMethod]
    [DataRow("# words")]
    [DataRow("[]")]
    [DataRow("""{ "nbformat": 4, "nbformat_minor": 5 }""")]
    public void File_ThatIsNoNotebook_IsAnErrorThatNamesIt(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("other.ipynb", System.Text.Encoding.UTF8.GetBytes(content));
        Assert.StartsWith($"'{path}' is not a notebook: ", Assert.ThrowsExactly<InvalidDataException>(() => Notebook.Read(path)).Message);
    }

    static IEnumerable<object[]> Stored => StoredNotebooks.Paths;
}
