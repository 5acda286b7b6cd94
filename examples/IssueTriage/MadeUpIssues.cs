namespace IssueTriage;

/// <summary>Made-up issues: a report names several components, and belongs to the one that it names first.</summary>
/// <remarks>
/// As in a trace of calls, the first is where it went wrong and the others are on the way there; anything may stand between them. Every
/// component is as frequent in the issues of each area but its own, and its neighbors mean nothing: which words there are, or which stand
/// side by side, leaves it open among those named.
/// </remarks>
static class MadeUpIssues
{
    const int TrainCount = 400, TestCount = 200, TitleLength = 4, ShortestLength = 10, LongestLength = 30, ComponentsNamed = 3;

    static readonly string[] Components = ["cache", "index", "parser", "queue", "router", "scheduler"];
    static readonly string[] Between = ["after", "again", "always", "before", "build", "call", "during", "error", "every", "fails", "from",
        "into", "late", "machine", "never",
        "often", "reports", "restart", "returns", "sees", "server", "since", "slow", "sometimes", "starts", "stops", "test", "then",
        "timeout", "under", "update", "user", "value", "while"];

    public static Issues Make(int seed)
    {
        var random = new Random(seed);
        return new($"Made-up issues (seed {seed})", AttentionSettings.ForMadeUp, Write(TrainCount), Write(TestCount));

        Issue[] Write(int count) => [.. Enumerable.Range(0, count).Select(_ => Report(random))];
    }

    static Issue Report(Random random)
    {
        var words = random.GetItems(Between, random.Next(ShortestLength, LongestLength + 1));
        var named = Draw(random, Components.Length).Select(c => Components[c]);
        var places = Draw(random, words.Length).Order();
        foreach (var (place, component) in places.Zip(named))
            words[place] = component;
        return new(words.First(Components.Contains), string.Join(' ', random.GetItems(Between, TitleLength)), string.Join(' ', words));
    }

    /// <summary>Different numbers below a bound, in any order.</summary>
    static int[] Draw(Random random, int bound)
    {
        var numbers = Enumerable.Range(0, bound).ToArray();
        random.Shuffle(numbers);
        return numbers[..ComponentsNamed];
    }
}
