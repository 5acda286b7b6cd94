using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text.Json;
using System.Xml.Linq;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What is in the packages, read from the files that <c>dotnet pack</c> wrote into the folder that
/// ATTENTION_PACKAGES names.</summary>
[TestClass]
public sealed class PackedFilesTests
{
    const string Folder = "ATTENTION_PACKAGES";

    static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    public static IEnumerable<object[]> Packages => Environment.GetEnvironmentVariable(Folder) is { Length: > 0 } folder
        ? Directory.GetFiles(folder, "AttentionMLNet*.nupkg").Order(StringComparer.Ordinal)
            .Select(path => new object[] { Path.GetFileName(path) })
        : [[""]];

    [TestMethod, DynamicData(nameof(Packages))]
    public void Metadata_SaysWhatANewUserLooksFor(string file)
    {
        using var package = Open(file);
        var nuspec = XDocument.Load(package.Entries.Single(e => e.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        var metadata = nuspec.Root!.Elements().Single();
        foreach (var name in new[] { "id", "version", "title", "authors", "description", "tags", "projectUrl", "releaseNotes", "license",
            "icon", "readme" })
            Assert.AreNotEqual("", metadata.Elements().Single(e => e.Name.LocalName == name).Value, $"{file} says no {name}.");
        var repository = metadata.Elements().Single(e => e.Name.LocalName == "repository");
        Assert.AreEqual("git", repository.Attribute("type")?.Value);
        Assert.AreEqual(40, repository.Attribute("commit")?.Value.Length);
        Assert.IsNotNull(package.GetEntry(metadata.Elements().Single(e => e.Name.LocalName == "icon").Value));
    }

    /// <summary>Shown where no file of the repository is beside it.</summary>
    [TestMethod, DynamicData(nameof(Packages))]
    public void Readme_LinksIntoTheWebAlone(string file)
    {
        using var package = Open(file);
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        foreach (var link in reader.ReadToEnd().Split("](").Skip(1))
            Assert.StartsWith("https://", link);
    }

    [TestMethod, DynamicData(nameof(Packages))]
    public void BillOfMaterials_ListsTheDependencies(string file)
    {
        using var package = Open(file);
        using var bill = JsonDocument.Parse(package.GetEntry("sbom/bom.json")!.Open());
        var listed = bill.RootElement.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToHashSet();
        var nuspec = XDocument.Load(package.Entries.Single(e => e.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        foreach (var id in nuspec.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value))
            if (!id.StartsWith("AttentionMLNet", StringComparison.Ordinal))
                Assert.Contains(id, listed, $"{file} depends on {id}.");
    }

    /// <summary>Built alike in any folder: the symbols tell none of whoever built it.</summary>
    [TestMethod, DynamicData(nameof(Packages))]
    public void Symbols_NameSourcesFromTheRootOfTheRepository(string file)
    {
        using var package = Open(Path.ChangeExtension(file, ".snupkg"));
        foreach (var entry in package.Entries.Where(e => e.Name.EndsWith(".pdb", StringComparison.Ordinal)))
        {
            using var bytes = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(bytes);
            bytes.Position = 0;
            using var provider = MetadataReaderProvider.FromPortablePdbStream(bytes);
            var symbols = provider.GetMetadataReader();
            var documents = symbols.Documents.Select(d => symbols.GetString(symbols.GetDocument(d).Name)).ToArray();
            Assert.IsNotEmpty(documents);
            foreach (var document in documents)
                Assert.StartsWith("/_", document);
            foreach (var information in symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation))
                if (symbols.GetGuid(information.Kind) == SourceLink)
                    Assert.Contains("https://", System.Text.Encoding.UTF8.GetString(symbols.GetBlobBytes(information.Value)));
        }
    }

    static ZipArchive Open(string file)
    {
        if (file == "")
            Assert.Inconclusive(
                $"{Folder} names no folder with packages: dotnet pack -c Release -p:BillOfMaterials=true -o FOLDER writes them.");
        return ZipFile.OpenRead(Path.Combine(Environment.GetEnvironmentVariable(Folder)!, file));
    }
}
