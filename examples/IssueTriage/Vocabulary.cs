namespace IssueTriage;

/// <summary>The words that attention has a vector for.</summary>
static class Vocabulary
{
    /// <summary>A word of one text alone could only help to learn that text by heart; left out, it is a missing word,
    /// as unknown words of new texts are.</summary>
    const int LeastTexts = 2;

    public static IEnumerable<string> Of(IEnumerable<Issue> issues) =>
        issues.SelectMany(issue => issue.Words.Split(' ').Distinct()).CountBy(word => word).Where(count => count.Value >= LeastTexts)
            .Select(count => count.Key);
}
