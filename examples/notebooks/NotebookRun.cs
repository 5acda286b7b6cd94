namespace Notebooks;

/// <summary>Runs a notebook from its first cell to its last, in an empty folder.</summary>
static class NotebookRun
{
    /// <summary>What each code cell gave, in their order.</summary>
    /// <exception cref="InvalidDataException">The notebook asks for a package that is not here.</exception>
    /// <exception cref="CellException">A cell does not compile, or threw.</exception>
    public static async Task<IReadOnlyList<(NotebookCell Cell, IReadOnlyList<CellOutput> Outputs)>> OutputsAsync(Notebook notebook)
    {
        PackageLine.Check(notebook, PackageVersions.OfThisProcess());
        var kernel = new CSharpKernel(notebook.Name);
        var (previous, folder) = (Environment.CurrentDirectory, Directory.CreateTempSubdirectory("notebook-"));
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            var outputs = new List<(NotebookCell, IReadOnlyList<CellOutput>)>();
            foreach (var cell in notebook.CodeCells)
                outputs.Add((cell, await kernel.RunAsync(cell)));
            return outputs;
        }
        finally
        {
            Environment.CurrentDirectory = previous;
            folder.Delete(recursive: true);
        }
    }
}
