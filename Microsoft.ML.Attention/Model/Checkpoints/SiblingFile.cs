namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>A file that another one names: it must lie in the other's folder, or below.</summary>
static class SiblingFile
{
    /// <summary>The full path of what <paramref name="path"/> calls <paramref name="location"/>.</summary>
    /// <remarks>
    /// A link is followed where it stays in the folder, or leads to where the other file is linked to as well: a model cache keeps all
    /// files of a model in one folder, and links to them from another.
    /// </remarks>
    /// <exception cref="InvalidDataException">The location is not a relative path inside the folder, leaves it by a link,
    /// or there is no such file.</exception>
    public static string Find(string path, string location)
    {
        if (location.Length == 0 || location.Contains('\0') || Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
            throw new InvalidDataException($"'{path}' refers to the file '{location}'; only files in its own folder are read.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var found = Path.Combine(folder, location);
        if (!File.Exists(found))
            throw new InvalidDataException($"'{path}' refers to the file '{location}', which is not there.");
        var real = RealPath.Of(found);
        if (!RealPath.IsIn(real, RealPath.Of(folder)) && !RealPath.IsIn(real, Path.GetDirectoryName(RealPath.Of(path))!))
            throw new InvalidDataException(
                $"'{path}' refers to the file '{location}', which is a link to '{real}', in another folder; copy the file there instead.");
        return found;
    }
}
