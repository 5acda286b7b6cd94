using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention.Pictures;

/// <summary>Tokens as text that can be seen and drawn.</summary>
static class TokenText
{
    const int LongestLabel = 14, LongestText = 200;

    /// <summary>
    /// The token with a sign in place of what has none: spaces, control characters, and what XML cannot hold. An empty one becomes ∅, and
    /// of a very long one its beginning is shown: each of its weights says it.
    /// </summary>
    public static string Visible(string token)
    {
        if (token.Length == 0)
            return "∅";
        var text = new StringBuilder();
        foreach (var rune in Beginning(token).EnumerateRunes())
            text.Append(rune.Value == ' ' ? "␠" : Sign(rune, isBreakKept: false));
        return text.ToString();
    }

    /// <summary>A text as XML and HTML can hold it: a title, the name of a curve. Spaces and line ends stay.</summary>
    public static string Writable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is < ' ' or 0x7F or > 0x7F and <= 0x9F or 0xFFFD or 0xFFFE or 0xFFFF)
                return string.Concat(text.EnumerateRunes().Select(each => Sign(each, isBreakKept: true)));
        return text;
    }

    static string Sign(Rune rune, bool isBreakKept) => rune.Value switch
    {
        '\t' or '\n' or '\r' when isBreakKept => rune.ToString(),
        < ' ' => char.ToString((char)(0x2400 + rune.Value)),   // Unicode's pictures of control characters
        0x7F => "\u2421",
        > 0x7F and <= 0x9F or 0xFFFE or 0xFFFF => "\uFFFD",
        _ => rune.ToString(),
    };

    static string Beginning(string token) => token.Length <= LongestText ? token
        : $"{token.AsSpan(0, char.IsHighSurrogate(token[LongestText - 1]) ? LongestText - 1 : LongestText)}…";

    /// <summary>At most so much of a token as a label holds.</summary>
    public static string Label(string token)
    {
        var letters = new StringInfo(token);
        return letters.LengthInTextElements <= LongestLabel ? token : letters.SubstringByTextElements(0, LongestLabel - 1) + "…";
    }

    /// <summary>About how wide a text is: fonts differ, and none is asked.</summary>
    public static double Width(string text, double fontSize) =>
        fontSize * text.EnumerateRunes()
            .Sum(rune => rune.Value >= 0x1100 ? 1.0 : "iljtfr.,:;'|![]() ".Contains((char)rune.Value) ? 0.34 : Rune.IsUpper(rune)
                || rune.Value is 'm' or 'w' ? 0.74 : 0.58);
}
