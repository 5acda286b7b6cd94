namespace WordTagging;

/// <summary>What there is to see of a word: itself, its ends, and the shape of its letters.
/// Words that were never seen have all but the first.</summary>
static class WordTraits
{
    /// <summary>Traits of a word.</summary>
    public const int Count = 5;

    /// <summary>The word in small letters, its last two and three letters, its first three, and its shape; each with a sign before it, so
    /// that no two kinds are taken for each other.</summary>
    public static string[] Of(string word)
    {
        var small = word.ToLowerInvariant();
        return [$"={small}", $"-{Last(small, 2)}", $"-{Last(small, 3)}", $"{small[..Math.Min(3, small.Length)]}-", $"#{Shape(word)}"];
    }

    static string Last(string word, int letters) => word[^Math.Min(letters, word.Length)..];

    /// <summary>X for capital letters, x for small ones, d for digits, others as they are; runs of one kind as one or two: <c>Xxx</c> and
    /// <c>Xxxxx</c> are both <c>Xxx</c>.</summary>
    static string Shape(string word)
    {
        var shape = new List<char>();
        foreach (var kind in word.Select(c => char.IsUpper(c) ? 'X' : char.IsLetter(c) ? 'x' : char.IsDigit(c) ? 'd' : c))
            if (shape.Count < 2 || shape[^1] != kind || shape[^2] != kind)
                shape.Add(kind);
        return string.Concat(shape);
    }
}
