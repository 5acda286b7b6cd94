namespace Microsoft.ML.Attention.Text.Tokenizing;

/// <summary>A place in what a model is given: a special token, or a text.</summary>
/// <param name="Ids">Of the special token; null for a text.</param>
/// <param name="IsSecond">Which text.</param>
/// <param name="Type">The token type of all tokens there.</param>
sealed record TemplatePart(IReadOnlyList<int>? Ids, bool IsSecond, int Type);

/// <summary>What a model is given for one text, and for two: <c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>.</summary>
sealed record InputTemplate(IReadOnlyList<TemplatePart> Single, IReadOnlyList<TemplatePart> Pair)
{
    /// <summary>Texts alone.</summary>
    public static InputTemplate Bare { get; } = new([new(null, false, 0)], [new(null, false, 0), new(null, true, 0)]);

    /// <param name="first">The tokens of the first text.</param>
    /// <param name="second">Those of the second; null for one text alone.</param>
    /// <param name="most">As many tokens as there may be, special ones included.</param>
    /// <param name="keepsEnd">Whether what is too long loses its beginning, not its end.</param>
    public TextTokens Fill(IReadOnlyList<int> first, IReadOnlyList<int>? second, int most, bool keepsEnd)
    {
        var parts = second is null ? Single : Pair;
        var (a, b) = Lengths(first.Count, second?.Count ?? 0, Math.Max(most - parts.Sum(part => part.Ids?.Count ?? 0), 0));
        var (ids, types) = (new List<int>(most), new List<int>(most));
        foreach (var part in parts)
        {
            var tokens = part.Ids ?? (part.IsSecond ? Cut(second!, b) : Cut(first, a));
            ids.AddRange(tokens);
            types.AddRange(Enumerable.Repeat(part.Type, tokens.Count));
        }
        return new TextTokens([.. ids.Take(most)], [.. types.Take(most)]);

        IReadOnlyList<int> Cut(IReadOnlyList<int> tokens, int count) =>
            tokens.Count <= count ? tokens : [.. keepsEnd ? tokens.Skip(tokens.Count - count) : tokens.Take(count)];
    }

    /// <summary>Of two texts the longer one is cut, until they are equally long; then both.</summary>
    static (int First, int Second) Lengths(int first, int second, int room)
    {
        if (first + second <= room)
            return (first, second);
        var (shorter, longer) = (Math.Min(first, second), Math.Max(first, second));
        // The shorter one stays whole while the other keeps at least as much.
        (shorter, longer) = shorter <= room / 2 ? (shorter, room - shorter) : (room / 2, room - room / 2);
        return first <= second ? (shorter, longer) : (longer, shorter);
    }
}

/// <summary>What a model is given: ids, and the type of each.</summary>
readonly record struct TextTokens(int[] Ids, int[] Types);
