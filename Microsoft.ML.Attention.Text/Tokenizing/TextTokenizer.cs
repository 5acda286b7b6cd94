using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>A tokenizer as Hugging Face composes them: added tokens, normalization, splitting, a vocabulary.
/// Safe to use from many threads.</summary>
/// <remarks>
/// The parts are of Microsoft.ML.Tokenizers' kinds but not its own: version 2.0.1 makes unknown words of accents, drops symbols and joins
/// what a line break parts (dotnet/machinelearning#7724, #7725).
/// </remarks>
sealed class TextTokenizer(IReadOnlyList<AddedToken> added, TextNormalizer normalizer, TextSplitter splitter, IWordModel model) : Tokenizer
{
    readonly AddedTokens _before = new(added.Where(token => !token.IsNormalized));
    readonly AddedTokens _after = new(added.Where(token => token.IsNormalized)
        .Select(token => token with { Content = normalizer.Normalize(token.Content) }));
    readonly Dictionary<int, string> _texts = Texts(added, model);
    readonly HashSet<int> _special = [.. added.Where(token => token.IsSpecial).Select(token => token.Id)];

    public override Normalizer Normalizer => normalizer;

    public override PreTokenizer PreTokenizer { get; } = new SplitterAsPreTokenizer(splitter);

    /// <summary>One more than the largest id.</summary>
    public int Size => _texts.Keys.Max() + 1;

    /// <summary>A token as it is written; null where the id is none.</summary>
    public string? TokenOf(int id) => _texts.GetValueOrDefault(id);

    public bool IsSpecial(int id) => _special.Contains(id);

    static Dictionary<int, string> Texts(IReadOnlyList<AddedToken> added, IWordModel model)
    {
        var texts = model.Vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key);
        foreach (var token in added)
            texts[token.Id] = token.Content;
        return texts;
    }

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var (tokens, normalized) = (new List<EncodedToken>(), new StringBuilder());
        foreach (var (part, token) in _before.Split(text ?? textSpan.ToString()))
            if (token is not null)
                Add(part, token);
            else
                foreach (var (inner, innerToken) in _after.Split(settings.ConsiderNormalization ? normalizer.Normalize(part) : part))
                    if (innerToken is not null)
                        Add(inner, innerToken);
                    else
                    {
                        var piece = new Piece(inner, normalized.Length);
                        foreach (var word in settings.ConsiderPreTokenization ? splitter(piece, isFirst: normalized.Length == 0) : [piece])
                            model.Encode(word, tokens);
                        normalized.Append(inner);
                    }
        var most = settings.MaxTokenCount;
        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens.Count <= most ? tokens : tokens[..most],
            NormalizedText = normalized.ToString(),
            CharsConsumed = tokens.Count <= most ? normalized.Length : tokens[most].Offset.Start.Value,
        };

        void Add(string part, AddedToken token)
        {
            tokens.Add(new EncodedToken(token.Id, token.Content, normalized.Length..(normalized.Length + part.Length)));
            normalized.Append(part);
        }
    }

    /// <summary>The text that the ids stand for, without special tokens.</summary>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return model.Decode(ids.Where(id => !_special.Contains(id)).Select(id => _texts.TryGetValue(id, out var token) ? token
            : throw new ArgumentOutOfRangeException(nameof(ids), id, $"The tokenizer has no token {id}.")));
    }

    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        int[] all = [.. ids];
        var text = Decode(all);
        var fits = text.TryCopyTo(destination);
        (idsConsumed, charsWritten) = fits ? (all.Length, text.Length) : (0, 0);
        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    sealed class SplitterAsPreTokenizer(TextSplitter splitter) : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) =>
            splitter(new Piece(text, 0), true).Select(piece => (piece.Start, piece.PlaceOf(piece.Text.Length) - piece.Start));

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
    }
}
