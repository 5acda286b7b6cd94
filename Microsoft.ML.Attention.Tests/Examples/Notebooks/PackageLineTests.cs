using Microsoft.ML.Attention.Tests.Support;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

[TestClass]
public sealed class PackageLineTests
{
    const string Code = "#r \"nuget: Microsoft.ML, 5.0.1\"\n#r \"nuget:Other,1.0.0-beta.2\"\nvar text = \"#r\"; // nuget: None, 1\n";

    static readonly Dictionary<string, string> Versions = new() { ["Microsoft.ML"] = "5.0.1", ["Other"] = "1.0.0-beta.2" };

    [TestMethod]
    public void Lines_AreFound() =>
        Assert.AreSequenceEqual([new PackageLine("Microsoft.ML", "5.0.1"), new PackageLine("Other", "1.0.0-beta.2")], PackageLine.In(Code));

    [TestMethod]
    public void Code_WithoutThem_KeepsItsLineNumbers() =>
        Assert.AreEqual("\n\nvar text = \"#r\"; // nuget: None, 1\n", PackageLine.Without(Code));

    [TestMethod]
    public void Versions_ThatAreHere_AreRight() => PackageLine.Check(StoredNotebooks.OfCells(Code), Versions);

    [TestMethod]
    [DataRow("Microsoft.ML, 5.0.0", "made, cell 2 ('cell-2') asks for 'Microsoft.ML' 5.0.0; the notebooks are run with 5.0.1.")]
    [DataRow("Absent, 1.0.0",
        "made, cell 2 ('cell-2') asks for the package 'Absent', which is not among those that the notebooks are run with.")]
    public void Package_OfAnotherVersionOrAbsent_IsAnErrorThatNamesTheCell(string package, string message)
    {
        var notebook = StoredNotebooks.OfCells(Code, $"#r \"nuget: {package}\"");
        Assert.AreEqual(message, Assert.ThrowsExactly<InvalidDataException>(() => PackageLine.Check(notebook, Versions)).Message);
    }

    [TestMethod]
    public void VersionsOfThisProcess_HaveTheLibraryAndWhatItRunsOn()
    {
        var versions = PackageVersions.OfThisProcess();
        foreach (var package in new[] { "AttentionMLNet", "Microsoft.ML", "Microsoft.ML.OnnxRuntime" })
            Assert.MatchesRegex(@"^\d+\.\d+\.\d+", versions[package]);
    }
}
