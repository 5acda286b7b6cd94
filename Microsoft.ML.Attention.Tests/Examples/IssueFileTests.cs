using IssueTriage;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class IssueFileTests
{
    [TestMethod]
    public void Issues_WhoseIdEndsIn0Or5_AreTestedOn()
    {
        var issues = Read("ID\tArea\tTitle\tDescription", "11\tNet\tA\tb", "10\tIO\tC\td", "15\tNet\tE\tf", "19\tIO\tG\th");
        Assert.AreSequenceEqual(["A", "G"], issues.Train.Select(issue => issue.Title));
        Assert.AreSequenceEqual(["C", "E"], issues.Test.Select(issue => issue.Title));
        Assert.AreSequenceEqual(["IO", "Net"], issues.Areas);
    }

    [TestMethod]
    public void Quotes_AroundAField_AreNotPartOfIt() =>
        Assert.AreEqual("say \"no\"\tor yes",
            Read("ID\tArea\tTitle\tDescription", "1\tNet\tA\t\"say \"\"no\"\"\tor yes\"", "5\tNet\tB\tc").Train[0].Description);

    [TestMethod]
    public void File_WithOtherColumns_IsRefused() =>
        Assert.Contains("It begins with 'Area\tTitle'",
            Assert.ThrowsExactly<InvalidDataException>(() => Read("Area\tTitle", "Net\tA")).Message);

    [TestMethod]
    public void File_WithoutIssuesToBeTestedOn_IsRefused() =>
        Assert.Contains("has 1 issues to learn from and 0 to be tested on",
            Assert.ThrowsExactly<InvalidDataException>(() => Read("ID\tArea\tTitle\tDescription", "1\tNet\tA\tb")).Message);

    static Issues Read(params string[] lines)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, lines);
            return IssueFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
