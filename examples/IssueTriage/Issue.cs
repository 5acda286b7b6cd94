using System.Text.RegularExpressions;

namespace IssueTriage;

/// <summary>A row as ML.NET reads it: where an issue belongs, what it says, and the beginning of that as words.</summary>
/// <param name="Area">The label.</param>
/// <param name="Title">One line.</param>
/// <param name="Description">Any length.</param>
partial record Issue(string Area, string Title, string Description)
{
    /// <summary>Words that attention reads of an issue. Its cost grows with their square, and ML.NET has no transform that cuts a text: it
    /// is cut when it is read.</summary>
    const int MostWords = 64;

    /// <summary>The first words of title and description in small letters, one space between two.</summary>
    public string Words { get; } =
        string.Join(' ', Word().Matches($"{Title} {Description}").Take(MostWords).Select(m => m.Value.ToLowerInvariant()));

    /// <summary>A run of letters or of digits. Names of code are taken apart: <c>HttpClient.GetAsync2</c> is http, client,
    /// get, async, 2.</summary>
    [GeneratedRegex(@"\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+")]
    private static partial Regex Word();
}
