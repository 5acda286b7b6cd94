using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>The longest token that a word begins with, then the longest of what is left. Wu et al. 2016; Devlin et al. 2019.</summary>
/// <param name="vocabulary">Ids by token.</param>
/// <param name="unknown">What stands for a word that cannot be spelled, as a whole.</param>
/// <param name="prefix">What a token that continues a word begins with: <c>##</c>.</param>
/// <param name="longestWord">A word of more characters is unknown.</param>
sealed class WordPieceModel(IReadOnlyDictionary<string, int> vocabulary, string unknown, string prefix, int longestWord) : IWordModel
{
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _further =
        Table(vocabulary.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)), prefix.Length);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _first = Table(vocabulary, 0);
    readonly int _longest = vocabulary.Keys.Max(token => token.Length);
    readonly int _unknown = vocabulary[unknown];

    public IReadOnlyDictionary<string, int> Vocabulary { get; } = vocabulary;

    static Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Table(IEnumerable<KeyValuePair<string, int>> entries, int skip) =>
        entries.ToDictionary(entry => entry.Key[skip..], entry => entry.Value, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    public void Encode(Piece word, List<EncodedToken> tokens)
    {
        var text = word.Text.AsSpan();
        var count = tokens.Count;
        var isSpelled = text.Length <= longestWord || text.Length <= 2 * longestWord && word.Text.EnumerateRunes().Count() <= longestWord;
        for (var start = 0; isSpelled && start < text.Length;)
        {
            var table = start == 0 ? _first : _further;
            var end = Math.Min(text.Length, start + _longest);
            var id = -1;
            while (end > start && !table.TryGetValue(text[start..end], out id))
                end--;
            isSpelled = end > start;
            if (isSpelled)
                tokens.Add(new EncodedToken(id, start == 0 ? text[..end].ToString() : $"{prefix}{text[start..end]}",
                    word.PlaceOf(start)..word.PlaceOf(end)));
            start = end;
        }
        if (isSpelled)
            return;
        tokens.RemoveRange(count, tokens.Count - count);
        tokens.Add(new EncodedToken(_unknown, unknown, word.PlaceOf(0)..word.PlaceOf(text.Length)));
    }

    public string Decode(IEnumerable<string> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
            if (token.StartsWith(prefix, StringComparison.Ordinal) && text.Length > 0)
                text.Append(token.AsSpan(prefix.Length));
            else
                text.Append(text.Length > 0 ? " " : "").Append(token);
        return text.ToString();
    }
}
