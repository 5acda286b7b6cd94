using Microsoft.ML.Attention.Tests.Support;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

/// <summary>The notebooks, cell by cell, on the library's project;
/// <c>examples/notebooks -- check</c> does the same on the package.</summary>
[TestClass, DoNotParallelize]   // cells print to the console and write into the current folder, which a process has one of
public sealed class NotebookRunTests
{
    [TestMethod]
    [DynamicData(nameof(Stored), DynamicDataDisplayName = nameof(StoredNotebooks.NameOf),
        DynamicDataDisplayNameDeclaringType = typeof(StoredNotebooks))]
    public async Task Notebook_CellByCell_GivesWhatItStores(string path)
    {
        var notebook = Notebook.Read(path);
        foreach (var (cell, outputs) in await NotebookRun.OutputsAsync(notebook))
            Assert.IsNull(OutputComparison.Difference(cell, outputs), $"{notebook.Name}, cell {cell.Number} ('{cell.Id}')");
    }

    [TestMethod]
    public async Task Notebook_RunsInAnEmptyFolderOfItsOwn()
    {
        var folder = Environment.CurrentDirectory;
        var outputs = await NotebookRun.OutputsAsync(
            StoredNotebooks.OfCells("File.WriteAllText(\"here\", \"\");\nstring.Join(\", \", Directory.GetFiles(\".\"))"));
        Assert.AreSequenceEqual([CellOutput.Returned(Path.Combine(".", "here"))], outputs[0].Outputs);
        Assert.AreEqual(folder, Environment.CurrentDirectory);
        Assert.IsFalse(File.Exists("here"));
    }

    static IEnumerable<object[]> Stored => StoredNotebooks.Paths;
}
