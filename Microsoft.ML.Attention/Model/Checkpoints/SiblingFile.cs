namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>A file that another one names: it must lie in the other's folder, or below.</summary>
static class SiblingFile
{
    /// <summary>The full path of what <paramref name="path"/> calls <paramref name="location"/>.</summary>
    /// <exception cref="InvalidDataException">The location is not a relative path inside the folder, or there is no such file.</exception>
    public static string Find(string path, string location)
    {
        if (location.Length == 0 || location.Contains('\0') || Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
            throw new InvalidDataException($"'{path}' refers to the file '{location}'; only files in its own folder are read.");
        var found = Path.Combine(Folder(path), location);
        return File.Exists(found) ? found : throw new InvalidDataException($"'{path}' refers to the file '{location}', which is not there.");
    }

    /// <summary>The same, but nothing on the way may be a link: the file is the folder's own.</summary>
    public static string FindWithoutLinks(string path, string location)
    {
        var found = Find(path, location);
        for (var step = found; step.Length > Folder(path).Length; step = Path.GetDirectoryName(step)!)
            if (File.ResolveLinkTarget(step, returnFinalTarget: false) is { } target)
                throw new InvalidDataException($"'{path}' refers to the file '{location}', which is a link to '{target.FullName}'; copy the file there instead.");
        return found;
    }

    static string Folder(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
