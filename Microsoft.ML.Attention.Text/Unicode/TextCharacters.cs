using System.Globalization;
using System.Text;

namespace Microsoft.ML.Attention.Text.Unicode;

/// <summary>The kinds of characters that tokenizers tell apart, as Hugging Face's do.</summary>
static class TextCharacters
{
    /// <summary>Unicode's White_Space.</summary>
    public static bool IsWhiteSpace(Rune c) => Rune.IsWhiteSpace(c);

    /// <summary>What a text is cleaned of: controls, formats, private use and half surrogate pairs,
    /// but for tab and the ends of lines.</summary>
    public static bool IsControl(Rune c) => c.Value is not ('\t' or '\n' or '\r')
        && Rune.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.Surrogate;

    /// <summary>Unicode's punctuation and all of ASCII's: <c>$+&lt;=&gt;^`|~</c> are symbols to Unicode.</summary>
    public static bool IsPunctuation(Rune c) =>
        c.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        || Rune.GetUnicodeCategory(c) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;

    /// <summary>What words are made of.</summary>
    public static bool IsWord(Rune c) => Rune.IsLetterOrDigit(c)
        || Rune.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.LetterNumber
            or UnicodeCategory.ConnectorPunctuation;

    /// <summary>The blocks that BERT takes for Chinese; Hangul, Hiragana and Katakana are written with spaces, or as words.</summary>
    public static bool IsChinese(Rune c) =>
        c.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>A letter by letter lower case, whatever the culture: a final sigma is one like the others.</summary>
    public static string ToLower(string text) =>
        text.ToLowerInvariant().Replace("İ", "i̇", StringComparison.Ordinal); // the one letter whose lower case is two; .NET leaves it
}
