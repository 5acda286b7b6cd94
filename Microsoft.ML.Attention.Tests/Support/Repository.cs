namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The folder of the repository that the tests were built in; null where they run elsewhere.</summary>
static class Repository
{
    public static string? Root { get; } = Find(AppContext.BaseDirectory);

    static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "AttentionMLNet.sln")))
                return at.FullName;
        return null;
    }
}
