using EmbeddingColumns;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class MadeUpLedgerTests
{
    static readonly Ledger Many = MadeUpLedger.Make(lines: 4000, seed: 3);

    [TestMethod]
    public void Ledger_OfOneSeed_IsTheSame() =>
        Assert.AreSequenceEqual(MadeUpLedger.Make(20, seed: 3).Lines, MadeUpLedger.Make(20, seed: 3).Lines);

    [TestMethod]
    public void Ledger_OfAnotherSeed_IsAnother() =>
        Assert.AreNotEqual(MadeUpLedger.Make(20, seed: 3).Lines[0], MadeUpLedger.Make(20, seed: 4).Lines[0]);

    [TestMethod]
    public void Words_OfEveryText_HaveVectors()
    {
        var known = Many.Words.Select(w => w.Word).ToHashSet();
        Assert.IsEmpty(Many.Lines.SelectMany(line => line.Text.Split(' ')).Where(word => !known.Contains(word)));
    }

    /// <summary>Some 400 lines each: the standard error of the share is 0.025, and four of them are allowed.</summary>
    [TestMethod]
    public void Misbooked_OfAnyAccount_IsAboutHalf()
    {
        foreach (var account in Many.Lines.GroupBy(line => line.Account))
            Assert.AreEqual(0.5, account.Average(line => line.Misbooked ? 1.0 : 0), 0.1, account.Key);
    }

    /// <summary>The auditor errs in 5 of 100 lines; with 4,000 the standard error of that share is 0.0034,
    /// and four of them are allowed.</summary>
    [TestMethod]
    public void Misbooked_IsAlmostAlwaysWhetherTextAndAccountDiffer() =>
        Assert.AreEqual(0.95, Many.Lines.Average(line => Differ(line) == line.Misbooked ? 1.0 : 0), 0.014);

    static bool Differ(LedgerLine line) =>
        !line.Text.Split(' ').Any(word => word.StartsWith(line.Account.Replace("Account ", "thing") + "_", StringComparison.Ordinal));
}
