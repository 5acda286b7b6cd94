using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention.Pictures;

/// <summary>Tokens as text that can be seen and drawn.</summary>
static class TokenText
{
    const int LongestLabel = 14;

    /// <summary>The token with a sign in place of what has none: spaces at its ends, control characters, and what XML cannot hold. An empty one becomes ∅.</summary>
    public static string Visible(string token)
    {
        if (token.Length == 0)
            return "∅";
        var text = new StringBuilder();
        foreach (var rune in token.EnumerateRunes())
            text.Append(rune.Value switch
            {
                <= 0x20 => char.ToString((char)(0x2400 + rune.Value)),   // Unicode's pictures of control characters
                0x7F => "\u2421",
                > 0x7F and <= 0x9F or 0xFFFE or 0xFFFF => "\uFFFD",
                _ => rune.ToString(),
            });
        return text.ToString();
    }

    /// <summary>At most so much of a token as a label holds.</summary>
    public static string Label(string token)
    {
        var letters = new StringInfo(token);
        return letters.LengthInTextElements <= LongestLabel ? token : letters.SubstringByTextElements(0, LongestLabel - 1) + "…";
    }

    /// <summary>About how wide a text is: fonts differ, and none is asked.</summary>
    public static double Width(string text, double fontSize) =>
        fontSize * text.EnumerateRunes().Sum(rune => rune.Value >= 0x1100 ? 1.0 : "iljtfr.,:;'|![]() ".Contains((char)rune.Value) ? 0.34 : Rune.IsUpper(rune) || rune.Value is 'm' or 'w' ? 0.74 : 0.58);
}
