using Microsoft.ML;
using Microsoft.ML.Data;

namespace WordTagging;

/// <summary>A sentence as attention reads it: a token a word, of zeros and ones.</summary>
/// <remarks>A table of vectors for all traits would need a dictionary of them. Two places for each, by its hash, tell them apart as well:
/// Serrà and Karatzoglou 2017; Miranda et al. 2022 tag so.</remarks>
/// <param name="Traits">All tokens, one after the other: each trait of a word is two ones.</param>
/// <param name="Tags">The label of each.</param>
sealed record SentenceRow(VBuffer<float> Traits, string[] Tags)
{
    /// <summary>A trait of one learned sentence alone could only help to learn that sentence by heart; left out,
    /// the word looks as words do that are new.</summary>
    const int LeastUses = 2;

    /// <summary>Places of a trait.</summary>
    const int Ones = 2;

    /// <summary>Which traits were seen more than once.</summary>
    public static IReadOnlySet<string> Known(IEnumerable<Sentence> sentences) =>
        sentences.SelectMany(sentence => sentence.Words).SelectMany(WordTraits.Of).CountBy(trait => trait)
            .Where(count => count.Value >= LeastUses).Select(count => count.Key).ToHashSet();

    public static IDataView View(MLContext mlContext, IReadOnlyList<Sentence> sentences, IReadOnlySet<string> known, int places) =>
        mlContext.Data.LoadFromEnumerable(sentences.Select(sentence =>
            new SentenceRow(Encode(sentence.Words, known, places), [.. sentence.Tags])).ToList());

    static VBuffer<float> Encode(IReadOnlyList<string> words, IReadOnlySet<string> known, int places)
    {
        var ones = new SortedSet<int>();
        for (var t = 0; t < words.Count; t++)
            foreach (var trait in WordTraits.Of(words[t]).Where(known.Contains))
                for (var salt = 1u; salt <= Ones; salt++)
                    ones.Add(t * places + (int)(Hash(trait, salt) % (uint)places));
        return new(words.Count * places, ones.Count, [.. ones.Select(_ => 1f)], [.. ones]);
    }

    /// <summary>FNV-1a, from another beginning for each place: .NET's own hashes of texts are others in each process.</summary>
    static uint Hash(string text, uint salt)
    {
        var hash = 2166136261 ^ salt;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619;
        return hash ^ hash >> 15;
    }
}
