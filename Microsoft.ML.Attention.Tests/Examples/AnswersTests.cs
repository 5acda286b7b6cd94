using EmbeddingColumns;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class AnswersTests
{
    [TestMethod]
    public void Right_OfEachLineThatIsAskedAbout_SaysSoForEachRoute()
    {
        var ledger = MadeUpLedger.Make(lines: 100, seed: 3);
        using var wordVectors = new WordVectorFile(ledger.Words);
        var right = new Answers(nameof(LedgerLine.PaidLate), wordVectors.Path, seed: 1).Right([.. ledger.Lines.Take(80)],
            [.. ledger.Lines.Skip(80)]);
        Assert.HasCount(20, right);
        foreach (var line in right)
            Assert.HasCount(Enum.GetValues<Route>().Length, line);
        foreach (var route in Enum.GetValues<Route>())
            Assert.IsInRange(1, 20, right.Count(line => line[(int)route]), route.ToString());
    }
}
