// Runs the notebooks cell by cell, on the package, and stores or checks what they give. From the repository's root:
//
//   dotnet run --project examples/notebooks -- execute [FILE.ipynb...]           runs them and stores their outputs in them
//   dotnet run --project examples/notebooks -- check [FILE.ipynb...]             runs them and compares what they give with what is stored
//   dotnet run --project examples/notebooks -- export FILE.ipynb PROGRAM.cs      writes one as a program, for `dotnet run PROGRAM.cs`

using Notebooks;

try
{
    switch (args)
    {
        case ["execute", .. var files]:
            foreach (var file in Files(files))
                await ExecuteAsync(file);
            return 0;
        case ["check", .. var files]:
            var alike = true;
            foreach (var file in Files(files))
                alike &= await CheckAsync(file);
            return alike ? 0 : 1;
        case ["export", var file, var program]:
            File.WriteAllText(program, FileProgram.Of(Notebook.Read(file)));
            Console.WriteLine($"{program}: dotnet run {program}");
            return 0;
        default:
            Console.Error.WriteLine("Expected execute [FILE.ipynb...], check [FILE.ipynb...] or export FILE.ipynb PROGRAM.cs. Found: "
                + $"{string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is CellException or InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static IEnumerable<string> Files(string[] named) =>
    named.Length > 0 ? named : Directory.GetFiles("examples/notebooks", "*.ipynb").Order(StringComparer.Ordinal);

static async Task ExecuteAsync(string file)
{
    var notebook = Notebook.Read(file);
    var outputs = await NotebookRun.OutputsAsync(notebook);
    foreach (var (index, (cell, given)) in outputs.Index())
        cell.Store(given, index + 1);
    notebook.Write(file);
    Console.WriteLine($"{file}: {outputs.Count} cells run, their outputs stored.");
}

static async Task<bool> CheckAsync(string file)
{
    var notebook = Notebook.Read(file);
    var alike = true;
    var outputs = await NotebookRun.OutputsAsync(notebook);
    foreach (var (cell, given) in outputs)
    {
        if (OutputComparison.Difference(cell, given) is not { } difference)
            continue;
        Console.Error.WriteLine($"{notebook.Name}, cell {cell.Number} ('{cell.Id}'): {difference}");
        alike = false;
    }
    Console.WriteLine($"{file}: {outputs.Count} cells run, {(alike ? "as stored" : "not all as stored")}.");
    return alike;
}
