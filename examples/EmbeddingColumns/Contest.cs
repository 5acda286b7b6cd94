using Examples;

namespace EmbeddingColumns;

/// <summary>The routes side by side: one ledger a seed, and in each ledger the same folds for all.</summary>
static class Contest
{
    const int Lines = 1200, Folds = 3;

    static readonly int[] Seeds = [1, 2, 3, 4, 5];

    public static void Run()
    {
        Report.Heading(Seeds.Length, Lines, Folds);
        Ask("Is it misbooked? The account must go with the text", nameof(LedgerLine.Misbooked));
        Ask("Will it be paid late? Each column adds its part", nameof(LedgerLine.PaidLate));
    }

    static void Ask(string question, string label) => Report.Question(question, [.. Seeds.Select(seed =>
    {
        Console.Error.WriteLine($"{label}, ledger {seed} of {Seeds.Length}");
        return Accuracies(label, MadeUpLedger.Make(Lines, seed), seed);
    })]);

    /// <summary>The share of the lines that each route got right, in the order of <see cref="Route"/>; each line is asked about once, by a
    /// model that has not learned from it.</summary>
    static double[] Accuracies(string label, Ledger ledger, int seed)
    {
        using var wordVectors = new WordVectorFile(ledger.Words);
        var right = OutOfFold.Answers(ledger.Lines, Folds, seed, new Answers(label, wordVectors.Path, seed).Right);
        return [.. Enum.GetValues<Route>().Select(route => right.Average(line => line[(int)route] ? 1.0 : 0.0))];
    }
}
