namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>A folder that a stranger may have made: nothing outside it is read, and nothing in it is run.</summary>
sealed class ModelFolder : IModelFiles
{
    const long MostBytes = 256 << 20;    // of one file that is read whole; the largest tokenizer.json of a known model has 33 MB

    readonly string _root;
    readonly Dictionary<string, byte[]> _read = [];

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public ModelFolder(string path)
    {
        _root = Path.GetFullPath(path);
        if (!Directory.Exists(_root))
            throw new DirectoryNotFoundException($"There is no folder '{path}'.");
    }

    /// <summary>The small files that were read.</summary>
    public IReadOnlyDictionary<string, byte[]> AllRead => _read;

    public bool Has(string name) => File.Exists(Called(name));

    public string Called(string name) => Path.Combine(_root, name.Replace('/', Path.DirectorySeparatorChar));

    public byte[] Read(string name)
    {
        if (_read.TryGetValue(name, out var bytes))
            return bytes;
        var path = Find(name);
        var length = new FileInfo(path).Length;
        if (length > MostBytes)
            throw new InvalidDataException($"'{path}' has {length} bytes; at most {MostBytes} are read.");
        return _read[name] = File.ReadAllBytes(path);
    }

    /// <summary>The path of a file of the folder.</summary>
    /// <exception cref="InvalidDataException">It leads outside, or is or lies behind a link.</exception>
    public string Find(string name)
    {
        var parts = name.Split('/');
        if (Path.IsPathRooted(name) || parts.Any(part => part is "" or "." or ".." || part.Contains('\\') || part.Contains(':')))
            throw new InvalidDataException($"'{_root}' names the file '{name}', which would lie outside the folder.");
        var path = _root;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is { } target)
                throw new InvalidDataException($"'{path}' is a link to '{target}'; nothing outside a model's folder is read. Copy the "
                    + "folder with what its links lead to (cp -rL).");
        }
        return path;
    }

    public IEnumerable<string> FilesEndingIn(string extension) =>
        Directory.EnumerateFiles(_root, "*" + extension).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
