using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>The tokens of the highest product of probabilities that spell a word. Kudo 2018, as SentencePiece computes it.</summary>
sealed class UnigramModel : IWordModel
{
    const double UnknownPenalty = 10;    // below the least likely token, as SentencePiece has it

    readonly double[] _scores;
    readonly string[] _tokens;
    readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    readonly int _longest;
    readonly double _unknownScore;

    /// <param name="tokens">Tokens and the logarithms of their probabilities, by id.</param>
    /// <param name="unknown">The id that stands for characters that no token holds; null where there is none.</param>
    public UnigramModel(IReadOnlyList<(string Token, double Score)> tokens, int? unknown)
    {
        _scores = [.. tokens.Select(token => token.Score)];
        _tokens = [.. tokens.Select(token => token.Token)];
        for (var id = 0; id < _tokens.Length; id++)
            _vocabulary[_tokens[id]] = id;
        _ids = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = _tokens.Max(token => token.Length);
        _unknownScore = _scores.Min() - UnknownPenalty;
        Unknown = unknown;
    }

    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    public int? Unknown { get; }

    /// <summary>Whether a character that no token holds is spelled in bytes, <c>&lt;0xE2&gt;</c>.</summary>
    public bool FallsBackToBytes { get; init; }

    public void Encode(Piece word, List<EncodedToken> tokens)
    {
        foreach (var (start, end, id) in Fused(Best(word.Text)))
        {
            var place = word.PlaceOf(start)..word.PlaceOf(end);
            if (id != Unknown)
                tokens.Add(new EncodedToken(id, _tokens[id], place));
            else if (FallsBackToBytes && ByteLevel.Fallback(word.Text[start..end], _vocabulary) is { } bytes)
                tokens.AddRange(bytes.Select(b => new EncodedToken(b, _tokens[b], place)));
            else
                tokens.Add(new EncodedToken(id, _tokens[id], place));
        }
    }

    /// <summary>The best path to each place, from left to right. Viterbi 1967.</summary>
    List<(int Start, int End, int Id)> Best(string text)
    {
        var (score, from, by) = (new double[text.Length + 1], new int[text.Length + 1], new int[text.Length + 1]);
        Array.Fill(from, -1);
        for (var start = 0; start < text.Length;)
        {
            var first = char.IsSurrogatePair(text, start) ? 2 : 1;
            var isCovered = false;
            for (var length = first; length <= Math.Min(_longest, text.Length - start); length++)
                if (_ids.TryGetValue(text.AsSpan(start, length), out var id) && id != Unknown)
                {
                    isCovered |= length == first;
                    Consider(start + length, score[start] + _scores[id], id);
                }
            if (!isCovered)
                Consider(start + first, score[start] + _unknownScore, Unknown
                    ?? throw new InvalidDataException(
                        $"The tokenizer has no token for '{text.AsSpan(start, first)}', and none for what is unknown."));
            start += first;

            void Consider(int end, double candidate, int id)
            {
                if (from[end] < 0 || candidate > score[end])
                    (score[end], from[end], by[end]) = (candidate, start, id);
            }
        }
        var path = new List<(int, int, int)>();
        for (var end = text.Length; end > 0; end = from[end])
            path.Add((from[end], end, by[end]));
        path.Reverse();
        return path;
    }

    /// <summary>Unknown characters in a row are one token.</summary>
    List<(int Start, int End, int Id)> Fused(List<(int Start, int End, int Id)> path)
    {
        var fused = new List<(int Start, int End, int Id)>(path.Count);
        foreach (var token in path)
            if (token.Id == Unknown && fused.Count > 0 && fused[^1].Id == Unknown)
                fused[^1] = (fused[^1].Start, token.End, token.Id);
            else
                fused.Add(token);
        return fused;
    }

    public string Decode(IEnumerable<string> tokens) => ByteLevel.ReadFallback(tokens).Replace('▁', ' ').Trim(' ');
}
