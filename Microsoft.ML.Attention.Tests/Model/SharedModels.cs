namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>Checkpoints of other tools, which lie beside the repository where they are present.</summary>
static class SharedModels
{
    public static string Find(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AttentionMLNet.sln")))
            folder = folder.Parent;
        var path = Path.Combine(folder?.Parent?.FullName ?? "", "shared", "models", file);
        if (!File.Exists(path))
            Assert.Inconclusive($"There is no '{file}' in a folder shared/models beside the repository.");
        return path;
    }
}
