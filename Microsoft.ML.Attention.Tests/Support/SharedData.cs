namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Third-party data that is not in the repository: a folder <c>shared</c> beside it, for those who have one.</summary>
static class SharedData
{
    static readonly string? Root = Repository.Root is { } root ? Path.Combine(root, "..", "shared") : null;

    /// <summary>The path of a file or folder in there; the test is inconclusive where it is absent.</summary>
    public static string Require(string relativePath)
    {
        var path = Root is null ? null : Path.Combine(Root, relativePath);
        if (!Path.Exists(path))
            Assert.Inconclusive($"There is no 'shared/{relativePath}' beside the repository.");
        return path!;
    }
}
