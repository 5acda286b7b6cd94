using Examples;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class OutOfFoldTests
{
    static readonly int[] Rows = [.. Enumerable.Range(100, 11)];

    [TestMethod]
    public void Answers_AreInTheOrderOfTheRows() =>
        Assert.AreSequenceEqual(Rows.Select(row => -row),
            OutOfFold.Answers<int, int>(Rows, 3, 1, (_, asked) => [.. asked.Select(row => -row)]));

    [TestMethod]
    public void Answers_ComeFromModelsThatLearnedFromAllRowsButThoseOfTheirFold()
    {
        var folds = new List<IReadOnlyList<int>>();
        OutOfFold.Answers<int, int>(Rows, 3, 1, (learnFrom, asked) =>
        {
            folds.Add(asked);
            Assert.AreSequenceEqual(Rows.Except(asked), learnFrom);
            return asked;
        });
        Assert.AreSequenceEqual([4, 4, 3], folds.Select(fold => fold.Count));
        Assert.AreSequenceEqual(Rows, folds.SelectMany(fold => fold).Order());
    }

    [TestMethod]
    public void Folds_OfAnotherSeed_AreOthers() => Assert.AreNotEqual(FirstFold(1), FirstFold(2));

    static string FirstFold(int seed)
    {
        var folds = new List<string>();
        OutOfFold.Answers<int, int>(Rows, 3, seed, (_, asked) =>
        {
            folds.Add(string.Join(' ', asked));
            return asked;
        });
        return folds[0];
    }
}
