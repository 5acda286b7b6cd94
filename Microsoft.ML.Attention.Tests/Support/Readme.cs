using System.Text.RegularExpressions;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>README.md, as it was when the tests were built.</summary>
static partial class Readme
{
    static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

    /// <summary>The blocks of code in a language, in their order.</summary>
    public static IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(Text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    /// <summary>The rows under a heading row that begins with this cell, cell by cell.</summary>
    public static IReadOnlyList<string[]> Table(string firstHeading) =>
        [.. Text.Split('\n').SkipWhile(line => !line.StartsWith($"| {firstHeading} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    [GeneratedRegex("^```(?<language>\\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
