using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Text.Unicode;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>What is done to a text before it is split, one step after another.</summary>
sealed class TextNormalizer(IReadOnlyList<Func<string, string>> steps) : Normalizer
{
    public override string Normalize(string original) => steps.Aggregate(original, (text, step) => step(text));

    public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());
}

/// <summary>The steps there are, by what they do.</summary>
static class TextNormalizers
{
    /// <summary>BERT's: controls go, white space becomes spaces, Chinese characters stand alone, accents go and capitals become small
    /// letters where the model has none.</summary>
    public static Func<string, string> Bert(bool cleans, bool isolatesChinese, bool stripsAccents, bool lowers) => text =>
    {
        if (cleans)
            text = Clean(text);
        if (isolatesChinese && !Ascii.IsValid(text))
            text = Each(text, (rune, into) => into.Append(TextCharacters.IsChinese(rune) ? $" {rune} " : rune.ToString()));
        if (stripsAccents)
            text = StripAccents(UnicodeForms.Normalize(text, NormalizationForm.FormD));
        return lowers ? TextCharacters.ToLower(text) : text;
    };

    static string Clean(string text) => Each(text, (rune, into) =>
    {
        if (rune.Value is not (0 or 0xFFFD) && !TextCharacters.IsControl(rune))
            into.Append(TextCharacters.IsWhiteSpace(rune) ? " " : rune.ToString());
    });

    /// <summary>The text without any marks.</summary>
    public static string StripMarks(string text) => Ascii.IsValid(text) ? text : Each(text, (rune, into) =>
    {
        if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark))
            into.Append(rune.ToString());
    });

    /// <summary>The text without the marks that take no room, as BERT strips accents.</summary>
    static string StripAccents(string text) => Ascii.IsValid(text) ? text : Each(text, (rune, into) =>
    {
        if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            into.Append(rune.ToString());
    });

    public static Func<string, string> Form(NormalizationForm form) => text => UnicodeForms.Normalize(text, form);

    public static Func<string, string> Strip(bool left, bool right) => text =>
    {
        text = left ? text.TrimStart() : text;
        return right ? text.TrimEnd() : text;
    };

    public static Func<string, string> Replace(string pattern, string content) => text =>
        text.Replace(pattern, content, StringComparison.Ordinal);

    public static Func<string, string> Replace(Regex pattern, string content) => text => pattern.Replace(text, _ => content);

    public static Func<string, string> Prepend(string prefix) => text => text.Length == 0 ? text : prefix + text;

    static string Each(string text, Action<Rune, StringBuilder> append)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            append(rune, result);
        return result.ToString();
    }
}
