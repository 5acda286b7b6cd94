using System.Text.RegularExpressions;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A page of the documentation, as it was when the tests were built.</summary>
sealed partial class Page(string path)
{
    readonly string _text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, path));

    public static Page Readme => new("README.md");

    /// <summary>README.md, and the chapters by their names.</summary>
    public static IReadOnlyList<string> All => ["README.md", .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "docs"), "*.md")
        .Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];

    /// <summary>The blocks of code in a language, in their order.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(_text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    /// <summary>The rows under a heading row that begins with this cell, cell by cell.</summary>
    public IReadOnlyList<string[]> Table(string firstHeading) =>
        [.. _text.Split('\n').SkipWhile(line => !line.StartsWith($"| {firstHeading} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    /// <summary>What its links lead to, those into the web apart.</summary>
    public IReadOnlyList<string> LocalLinks =>
        [.. Link().Matches(_text).Select(link => link.Groups["to"].Value).Where(to => !to.Contains("://", StringComparison.Ordinal))];

    /// <summary>What a link within it may lead to: its headings, as GitHub names them.</summary>
    public IReadOnlyList<string> Anchors =>
        [.. Heading().Matches(_text)
            .Select(heading => NotInAnchors().Replace(heading.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex("^```(?<language>\\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchors();
}
