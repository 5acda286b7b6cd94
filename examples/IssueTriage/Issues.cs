namespace IssueTriage;

/// <summary>Issues to learn from and issues to be tested on.</summary>
/// <param name="Name">Where they come from.</param>
/// <param name="Attention">How attention reads them, chosen by cross-validation on those to learn from.</param>
/// <param name="Train">Those to learn from.</param>
/// <param name="Test">Those to be tested on.</param>
sealed record Issues(string Name, AttentionSettings Attention, IReadOnlyList<Issue> Train, IReadOnlyList<Issue> Test)
{
    /// <summary>Where issues are known to belong.</summary>
    public IReadOnlyList<string> Areas { get; } = [.. Train.Select(issue => issue.Area).Distinct().Order(StringComparer.Ordinal)];
}
