using System.Buffers;
using System.Text;
using Microsoft.ML.Attention.Text.Unicode;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>A token that is found in a text as it stands, whatever the vocabulary says.</summary>
/// <param name="Content">As it is written.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsSpecial">Whether it is no text, and left out of what is decoded.</param>
/// <param name="IsNormalized">Whether it is looked for after normalization, not before.</param>
/// <param name="IsWord">Whether no letter or digit may stand beside it.</param>
/// <param name="StripsLeft">Whether white space before it belongs to it.</param>
/// <param name="StripsRight">Whether white space after it does.</param>
sealed record AddedToken(string Content, int Id, bool IsSpecial, bool IsNormalized = false, bool IsWord = false, bool StripsLeft = false,
    bool StripsRight = false);

/// <summary>Finds added tokens: at each place the longest.</summary>
sealed class AddedTokens(IEnumerable<AddedToken> tokens)
{
    readonly Dictionary<char, AddedToken[]> _byFirst = tokens.Where(token => token.Content.Length > 0).GroupBy(token => token.Content[0])
        .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());

    /// <summary>The text in parts: an added token, or what lies between.</summary>
    public IEnumerable<(string Text, AddedToken? Token)> Split(string text)
    {
        if (_byFirst.Count == 0)
            return text.Length == 0 ? [] : [(text, null)];
        var (parts, begin) = (new List<(string, AddedToken?)>(), 0);
        for (var at = 0; at < text.Length;)
        {
            if (Find(text, at) is not { } token)
            {
                at++;
                continue;
            }
            var (start, end) = (at, at + token.Content.Length);
            while (token.StripsLeft && start > begin && char.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            if (start > begin)
                parts.Add((text[begin..start], null));
            parts.Add((text[start..end], token));
            at = begin = end;
        }
        if (begin < text.Length)
            parts.Add((text[begin..], null));
        return parts;
    }

    AddedToken? Find(string text, int at)
    {
        if (_byFirst.TryGetValue(text[at], out var candidates))
            foreach (var token in candidates)
                if (string.CompareOrdinal(text, at, token.Content, 0, token.Content.Length) == 0
                    && (!token.IsWord || StandsAlone(text, at, at + token.Content.Length)))
                    return token;
        return null;
    }

    static bool StandsAlone(string text, int start, int end) =>
        !(start > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var before, out _) == OperationStatus.Done
            && TextCharacters.IsWord(before))
        && !(end < text.Length && Rune.DecodeFromUtf16(text.AsSpan(end), out var after, out _) == OperationStatus.Done
            && TextCharacters.IsWord(after));
}
