using IssueTriage;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class IssueTests
{
    [TestMethod]
    public void Words_OfNamesOfCode_AreTheirParts() =>
        Assert.AreEqual("http client get async 2 fails on xml io", new Issue("", "HttpClient.GetAsync2 fails", "on XML_IO!").Words);

    [TestMethod]
    public void Words_OfALongText_AreItsFirst64() =>
        Assert.AreEqual(string.Join(' ', Enumerable.Range(0, 64)), new Issue("", "0 1", string.Join(' ', Enumerable.Range(2, 100))).Words);

    [TestMethod]
    public void MadeUp_Issue_BelongsToTheComponentThatItNamesFirst()
    {
        var issues = MadeUpIssues.Make(seed: 3);
        foreach (var issue in issues.Train)
            Assert.AreEqual(issue.Area, issue.Description.Split(' ').First(issues.Areas.Contains));
    }

    [TestMethod]
    public void MadeUp_Issues_NameThreeComponents()
    {
        var issues = MadeUpIssues.Make(seed: 3);
        foreach (var issue in issues.Test)
            Assert.HasCount(3, issue.Description.Split(' ').Where(issues.Areas.Contains));
    }
}
