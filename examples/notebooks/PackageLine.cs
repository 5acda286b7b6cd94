using System.Text.RegularExpressions;

namespace Notebooks;

/// <summary>A line such as <c>#r "nuget: Microsoft.ML, 5.0.1"</c>, by which a notebook asks a kernel for a package.</summary>
sealed partial record PackageLine(string Id, string Version)
{
    public static IEnumerable<PackageLine> In(string code) =>
        Lines().Matches(code).Select(line => new PackageLine(line.Groups["id"].Value, line.Groups["version"].Value));

    /// <summary>The code with these lines left empty, so that the others keep their numbers.</summary>
    public static string Without(string code) => Lines().Replace(code, "");

    /// <summary>Says that the packages asked for are those that are here.</summary>
    /// <exception cref="InvalidDataException">A package is not here, or not of that version.</exception>
    public static void Check(Notebook notebook, IReadOnlyDictionary<string, string> versions)
    {
        foreach (var cell in notebook.CodeCells)
        {
            foreach (var line in In(cell.Source))
            {
                if (!versions.TryGetValue(line.Id, out var version))
                    throw new InvalidDataException($"{notebook.Name}, cell {cell.Number} ('{cell.Id}') asks for the package '{line.Id}', "
                        + "which is not among those that the notebooks are run with.");
                if (version != line.Version)
                    throw new InvalidDataException($"{notebook.Name}, cell {cell.Number} ('{cell.Id}') asks for '{line.Id}' "
                        + $"{line.Version}; the notebooks are run with {version}.");
            }
        }
    }

    [GeneratedRegex("^#r \"nuget: *(?<id>[^,\"]+?) *, *(?<version>[^,\"]+?) *\"[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
