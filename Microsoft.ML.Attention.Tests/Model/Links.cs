namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>Symbolic links, which not everyone may make.</summary>
static class Links
{
    public static void Create(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException)
        {
            Assert.Inconclusive("Windows lets only developers and administrators make links.");
        }
    }
}
