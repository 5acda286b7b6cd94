using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Text.Unicode;

namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>What becomes of a delimiter that a text is split at. The names are Hugging Face's.</summary>
enum SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous }

/// <summary>Splits a piece into smaller ones.</summary>
/// <param name="piece">A part of a text.</param>
/// <param name="isFirst">Whether the text begins with it.</param>
delegate IEnumerable<Piece> TextSplitter(Piece piece, bool isFirst);

/// <summary>The splitters there are.</summary>
static class TextSplitters
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);    // patterns come from files, and some take forever on some texts

    /// <summary>GPT-2's pattern.</summary>
    const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public static TextSplitter Sequence(IReadOnlyList<TextSplitter> splitters) => (piece, isFirst) =>
        splitters.Aggregate<TextSplitter, IEnumerable<Piece>>([piece], (pieces, split) =>
            pieces.SelectMany((p, i) => split(p, isFirst && i == 0)));

    /// <summary>At white space, which goes, and around each mark of punctuation.</summary>
    public static TextSplitter Bert { get; } = (piece, _) =>
        Divide(piece, Runs(piece.Text, TextCharacters.IsWhiteSpace, joins: true), SplitBehavior.Removed)
            .SelectMany(word => Divide(word, Runs(word.Text, TextCharacters.IsPunctuation, joins: false), SplitBehavior.Isolated));

    public static TextSplitter WhiteSpace { get; } = (piece, _) =>
        Divide(piece, Runs(piece.Text, TextCharacters.IsWhiteSpace, joins: true), SplitBehavior.Removed);

    /// <summary>Words, and what is between them, without white space.</summary>
    public static TextSplitter Words { get; } =
        Pattern(Compile(
            @"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200c\u200d\u24b6-\u24e9]+|[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200c\u200d\u24b6-\u24e9\s]+"),
        SplitBehavior.Removed, inverts: true);

    public static TextSplitter Punctuation(SplitBehavior behavior) => (piece, _) =>
        Divide(piece, Runs(piece.Text, TextCharacters.IsPunctuation, joins: false), behavior);

    /// <param name="each">Whether each digit stands alone, not each number.</param>
    public static TextSplitter Digits(bool each) => (piece, _) =>
        Divide(piece, Runs(piece.Text, Rune.IsNumber, joins: !each), SplitBehavior.Isolated);

    public static TextSplitter ByteLevel(bool addsSpace, bool splits)
    {
        var pattern = splits ? Pattern(Compile(Gpt2), SplitBehavior.Isolated, inverts: false) : (piece, _) => [piece];
        return (piece, isFirst) => pattern(addsSpace && !piece.Text.StartsWith(' ') ? piece.Prepend(" ") : piece, isFirst);
    }

    /// <summary>SentencePiece's: a space is a character that can be seen, and words begin with it.</summary>
    public static TextSplitter Metaspace(char space, bool prepends, bool onlyFirst, bool splits) => (piece, isFirst) =>
    {
        piece = piece with { Text = piece.Text.Replace(' ', space) };
        if (prepends && (isFirst || !onlyFirst) && piece.Text.Length > 0 && piece.Text[0] != space)
            piece = piece.Prepend(space.ToString());
        return splits ? Divide(piece, Runs(piece.Text, rune => rune.Value == space, joins: false), SplitBehavior.MergedWithNext) : [piece];
    };

    /// <param name="pattern">What a delimiter looks like.</param>
    /// <param name="behavior">What becomes of it.</param>
    /// <param name="inverts">Whether it is what lies between that is the delimiter.</param>
    public static TextSplitter Pattern(Regex pattern, SplitBehavior behavior, bool inverts) => (piece, _) =>
    {
        var (text, places) = OneUnitEach(piece.Text);
        var (segments, end) = (new List<Segment>(), 0);
        foreach (var match in pattern.EnumerateMatches(text))
        {
            if (match.Length == 0)
                continue;
            Add(end, match.Index, inverts);
            Add(match.Index, match.Index + match.Length, !inverts);
            end = match.Index + match.Length;
        }
        Add(end, text.Length, inverts);
        return Divide(piece, segments, behavior);

        void Add(int start, int end, bool isDelimiter)
        {
            if (end > start)
                segments.Add(places is null ? new(start, end, isDelimiter) : new(places[start], places[end], isDelimiter));
        }
    };

    public static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant, Patience);

    /// <summary>.NET's patterns see two units where a code point lies above U+FFFF; one of the same kind stands in for it.</summary>
    static (string Text, int[]? Places) OneUnitEach(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return (text, null);
        var (units, places, at) = (new StringBuilder(text.Length), new List<int>(text.Length + 1), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            units.Append(rune.IsBmp ? (char)rune.Value : Rune.IsLetter(rune) ? 'ꀀ' : Rune.IsNumber(rune) ? '〇' : '☀');
            places.Add(at);
            at += rune.Utf16SequenceLength;
        }
        places.Add(at);
        return (units.ToString(), [.. places]);
    }

    /// <summary>A part of a text: a delimiter, or what lies between two.</summary>
    readonly record struct Segment(int Start, int End, bool IsDelimiter);

    /// <summary>Where characters of a kind are, each of them or each run, and what lies between.</summary>
    static List<Segment> Runs(string text, Func<Rune, bool> isOne, bool joins)
    {
        var (runs, at) = (new List<Segment>(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var (end, isDelimiter) = (at + rune.Utf16SequenceLength, isOne(rune));
            if (runs.Count > 0 && runs[^1].IsDelimiter == isDelimiter && (joins || !isDelimiter))
                runs[^1] = runs[^1] with { End = end };
            else
                runs.Add(new(at, end, isDelimiter));
            at = end;
        }
        return runs;
    }

    static List<Piece> Divide(Piece piece, IReadOnlyList<Segment> segments, SplitBehavior behavior)
    {
        var (parts, wasDelimiter) = (new List<Segment>(segments.Count), false);
        foreach (var segment in segments)
        {
            var joinsLast = parts.Count > 0 && behavior switch
            {
                SplitBehavior.MergedWithPrevious => segment.IsDelimiter && !wasDelimiter,
                SplitBehavior.MergedWithNext => !segment.IsDelimiter && wasDelimiter,
                SplitBehavior.Contiguous => segment.IsDelimiter == wasDelimiter,
                _ => false,
            };
            if (joinsLast)
                parts[^1] = parts[^1] with { End = segment.End };
            else if (behavior != SplitBehavior.Removed || !segment.IsDelimiter)
                parts.Add(segment);
            wasDelimiter = segment.IsDelimiter;
        }
        return [.. parts.Select(part =>
            part is { Start: 0 } && part.End == piece.Text.Length ? piece : piece.Part(part.Start, part.End - part.Start))];
    }
}
