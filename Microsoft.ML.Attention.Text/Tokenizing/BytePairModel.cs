using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>Pairs of neighbours become one, those first that were the most frequent when the merges were learned.
/// Sennrich et al. 2016.</summary>
sealed class BytePairModel : IWordModel
{
    readonly Dictionary<string, int> _vocabulary;
    readonly string[] _tokens;
    readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];

    /// <param name="vocabulary">Ids by token.</param>
    /// <param name="merges">Two tokens each, the most frequent pair first.</param>
    /// <param name="continuingPrefix">What a token within a word begins with, left out where it is merged.</param>
    /// <exception cref="InvalidDataException">A merge is of tokens that are not there, or gives one that is not.</exception>
    public BytePairModel(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges,
        string continuingPrefix = "")
    {
        _vocabulary = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        _tokens = new string[vocabulary.Values.DefaultIfEmpty(-1).Max() + 1];
        foreach (var (token, id) in vocabulary)
            _tokens[id] = token;
        ContinuingPrefix = continuingPrefix;
        foreach (var (left, right) in merges)
            _merges[(IdOf(left), IdOf(right))] = (_merges.Count,
                IdOf(left + right[(right.StartsWith(continuingPrefix, StringComparison.Ordinal) ? continuingPrefix.Length : 0)..]));

        int IdOf(string token) => _vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException($"a merge needs the token '{token}', which the vocabulary does not have");
    }

    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    public string ContinuingPrefix { get; }

    /// <summary>What the last token of a word ends with.</summary>
    public string WordSuffix { get; init; } = "";

    /// <summary>Stands for a character that no token holds; null where such are left out.</summary>
    public string? Unknown { get; init; }

    /// <summary>Whether unknown characters in a row are one token.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>Whether words are spelled in bytes, each written as a character that can be seen: GPT-2's <c>Ġ</c> for a space.</summary>
    public bool IsByteLevel { get; init; }

    /// <summary>Whether a character that no token holds is spelled in bytes, <c>&lt;0xE2&gt;</c>.</summary>
    public bool FallsBackToBytes { get; init; }

    /// <summary>Whether a word that is a token needs no merges to become it.</summary>
    public bool TakesWholeWords { get; init; }

    public void Encode(Piece word, List<EncodedToken> tokens)
    {
        var (text, places) = IsByteLevel ? ByteLevel.Spell(word) : (word.Text, null);
        if (TakesWholeWords && _vocabulary.TryGetValue(text, out var whole))
            tokens.Add(new EncodedToken(whole, text, word.PlaceOf(0)..word.PlaceOf(word.Text.Length)));
        else
            foreach (var symbol in Merge(Symbols(text)))
                tokens.Add(new EncodedToken(symbol.Id, _tokens[symbol.Id], PlaceOf(symbol.Start)..PlaceOf(symbol.End)));

        int PlaceOf(int index) => word.PlaceOf(places is null ? index : places[index]);
    }

    sealed record Symbol(int Id, int Start, int End);

    List<Symbol> Symbols(string text)
    {
        var symbols = new List<Symbol>(text.Length);
        var isAfterUnknown = false;
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = start + (char.IsSurrogatePair(text, start) ? 2 : 1);
            var written = (start > 0 ? ContinuingPrefix : "") + text[start..end] + (end == text.Length ? WordSuffix : "");
            var isUnknown = false;
            if (_vocabulary.TryGetValue(written, out var id))
                symbols.Add(new(id, start, end));
            else if (FallsBackToBytes && ByteLevel.Fallback(written, _vocabulary) is { } bytes)
                symbols.AddRange(bytes.Select(b => new Symbol(b, start, end)));
            else if (Unknown is not null)
            {
                isUnknown = true;
                if (isAfterUnknown && FusesUnknown)
                    symbols[^1] = symbols[^1] with { End = end };
                else
                    symbols.Add(new(_vocabulary[Unknown], start, end));
            }
            isAfterUnknown = isUnknown;
        }
        return symbols;
    }

    /// <summary>The pair of the lowest rank first, of several the leftmost, until none is left.</summary>
    List<Symbol> Merge(List<Symbol> symbols)
    {
        if (symbols.Count < 2)
            return symbols;
        var current = symbols.ToArray<Symbol?>();
        int[] next = [.. Enumerable.Range(1, symbols.Count)], previous = [.. Enumerable.Range(-1, symbols.Count)];
        var queue = new PriorityQueue<(int Left, int Right, Symbol A, Symbol B, int Id), (int Rank, int Place)>();
        for (var i = 0; i + 1 < current.Length; i++)
            Consider(i);
        while (queue.TryDequeue(out var pair, out _))
        {
            // One of the two may have become part of another meanwhile.
            if (!ReferenceEquals(current[pair.Left], pair.A) || !ReferenceEquals(current[pair.Right], pair.B))
                continue;
            current[pair.Left] = new Symbol(pair.Id, pair.A.Start, pair.B.End);
            current[pair.Right] = null;
            next[pair.Left] = next[pair.Right];
            if (next[pair.Left] < current.Length)
                previous[next[pair.Left]] = pair.Left;
            Consider(previous[pair.Left]);
            Consider(pair.Left);
        }
        return [.. current.OfType<Symbol>()];

        void Consider(int left)
        {
            if (left >= 0 && next[left] < current.Length && current[left] is { } a && current[next[left]] is { } b
                && _merges.TryGetValue((a.Id, b.Id), out var merge))
                queue.Enqueue((left, next[left], a, b, merge.Id), (merge.Rank, left));
        }
    }

    public string Decode(IEnumerable<string> tokens) => IsByteLevel ? ByteLevel.Read(tokens)
        : ByteLevel.ReadFallback(tokens.Select(token =>
            WordSuffix.Length > 0 && token.EndsWith(WordSuffix, StringComparison.Ordinal) ? $"{token[..^WordSuffix.Length]} " : token))
            .Replace('▁', ' ').Trim(' ');
}
