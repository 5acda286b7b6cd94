using Microsoft.ML.Attention.Tests.Support;
using Notebooks;

namespace Microsoft.ML.Attention.Tests.Examples.Notebooks;

[TestClass]
public sealed class FileProgramTests
{
    [TestMethod]
    [DynamicData(nameof(Stored), DynamicDataDisplayName = nameof(StoredNotebooks.NameOf),
        DynamicDataDisplayNameDeclaringType = typeof(StoredNotebooks))]
    public void Notebook_AsAFile_IsAProgram(string path) =>
        Assert.IsNotNull(ConsoleProgram.Compile(FileProgram.Of(Notebook.Read(path))).EntryPoint);

    [TestMethod]
    public void Cells_AreOrderedAsAProgramIs()
    {
        var program = FileProgram.Of(StoredNotebooks.OfCells("#r \"nuget: Some.Package, 1.2.3\"\nusing System.Text;",
            "public record Pair(int A);\n\nvar pair = new Pair(1);", "// Shown.\npair.A"));
        Assert.StartsWith("""
            #:package Some.Package@1.2.3
            #:property PublishAot=false

            using System.Text;
            using static NotebookFunctions;

            #nullable disable   // as in cells

            var pair = new Pair(1);

            // Shown.
            display(pair.A);

            public record Pair(int A);

            """, program);
    }

    static IEnumerable<object[]> Stored => StoredNotebooks.Paths;
}
