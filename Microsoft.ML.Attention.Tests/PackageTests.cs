using System.Text.Json;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What the package will depend on, read from the dependencies that the build wrote beside the tests.</summary>
[TestClass]
public sealed class PackageTests
{
    const string Package = "AttentionMLNet";

    static readonly Dictionary<string, string[]> Dependencies = Read();

    [TestMethod]
    public void Package_DependsOnManagedPackagesAlone() =>
        Assert.AreSequenceEqual(["Google.Protobuf", "Microsoft.ML", "Microsoft.ML.OnnxRuntime.Managed"],
            Dependencies[Package].Order(StringComparer.Ordinal));

    [TestMethod]
    [DataRow("Orleans"), DataRow("Arrow"), DataRow("Parquet")]
    public void Clusters_AreAPackageOfTheirOwn(string name)
    {
        Assert.Contains(reached => reached.Contains(name, StringComparison.Ordinal), Reached($"{Package}.Orleans"));
        Assert.DoesNotContain(reached => reached.Contains(name, StringComparison.Ordinal), Reached(Package));
    }

    [TestMethod]
    public void NativeOnnxRuntime_IsLeftToTheApplication()
    {
        var reached = Reached(Package);
        Assert.IsEmpty(reached.Where(name =>
            name.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal) && name != "Microsoft.ML.OnnxRuntime.Managed"));
        Assert.Contains("Microsoft.ML.OnnxRuntime", Dependencies["Microsoft.ML.Attention.Tests"],
            "The tests are an application: they add it.");
    }

    /// <summary>A library, and all that it brings.</summary>
    static HashSet<string> Reached(string library)
    {
        var reached = new HashSet<string>();
        Reach(library);
        return reached;

        void Reach(string name)
        {
            if (reached.Add(name))
                foreach (var dependency in Dependencies[name])
                    Reach(dependency);
        }
    }

    /// <summary>Of each library, by its name without its version, the names of those that it depends on.</summary>
    static Dictionary<string, string[]> Read()
    {
        using var file =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Attention.Tests.deps.json")));
        var target = file.RootElement.GetProperty("targets").EnumerateObject().Single();
        return target.Value.EnumerateObject().ToDictionary(
            library => library.Name.Split('/')[0],
            library => library.Value.TryGetProperty("dependencies", out var all)
                ? all.EnumerateObject().Select(d => d.Name).ToArray()
                : []);
    }
}
