namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>A folder of a test's own, gone after it.</summary>
sealed class TemporaryFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("attention-");

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public string Write(string file, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
        File.WriteAllBytes(this[file], content);
        return this[file];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
