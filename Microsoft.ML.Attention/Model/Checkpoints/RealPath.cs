namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Where a path really leads, once every link on the way was followed.</summary>
static class RealPath
{
    const int MostLinks = 40; // as Linux follows

    static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>The path without links. What is not there, at its end, is taken as it is.</summary>
    /// <exception cref="InvalidDataException">The links go round in a circle.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var steps = new Stack<string>(Steps(full[real.Length..]));
        var links = 0;
        while (steps.TryPop(out var step))
            if (step == "..")
                real = Path.GetDirectoryName(real) ?? real;
            else if (new FileInfo(Path.Combine(real, step)).LinkTarget is not { } target)
                real = Path.Combine(real, step);
            else if (++links > MostLinks)
                throw new InvalidDataException($"'{path}' leads through more than {MostLinks} links.");
            else
            {
                if (Path.IsPathRooted(target))
                    real = Path.GetPathRoot(target)!;
                foreach (var next in Steps(Path.IsPathRooted(target) ? target[real.Length..] : target))
                    steps.Push(next);
            }
        return real;
    }

    /// <summary>Whether a file lies in a folder, or below; both without links.</summary>
    public static bool IsIn(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar,
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>The last one first.</summary>
    static IEnumerable<string> Steps(string path) =>
        path.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(step => step != ".").Reverse();
}
