using System.Reflection;
using System.Text.Json;
using Microsoft.ML.Attention;

namespace Notebooks;

/// <summary>The packages that this process runs with.</summary>
static class PackageVersions
{
    /// <summary>Version by name: the library's as it was built, whether it comes as a package or as a project, and the others' as the
    /// application's list of dependencies has them.</summary>
    public static IReadOnlyDictionary<string, string> OfThisProcess()
    {
        var versions = new Dictionary<string, string>();
        foreach (var file in ((string)AppContext.GetData("APP_CONTEXT_DEPS_FILES")!).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            using var dependencies = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var library in dependencies.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package"))
            {
                var (id, version) = (library.Name.Split('/')[0], library.Name.Split('/')[1]);
                versions[id] = version;
            }
        }
        versions["AttentionMLNet"] =
            typeof(MultiHeadAttentionOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return versions;
    }
}
