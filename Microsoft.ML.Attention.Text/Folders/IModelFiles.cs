namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>The small files of a model, by name: those of a folder, or those that a saved stage kept.</summary>
interface IModelFiles
{
    bool Has(string name);

    /// <summary>What a file is called in messages.</summary>
    string Called(string name);

    byte[] Read(string name);
}

/// <summary>Files that are held in memory.</summary>
sealed class KeptFiles(IReadOnlyDictionary<string, byte[]> files) : IModelFiles
{
    public IReadOnlyDictionary<string, byte[]> All { get; } = files;

    public bool Has(string name) => All.ContainsKey(name);

    public string Called(string name) => name;

    public byte[] Read(string name) => All[name];
}
