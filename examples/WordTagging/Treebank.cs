namespace WordTagging;

/// <summary>Sentences to learn from and sentences to be tested on.</summary>
/// <param name="Name">Where they come from.</param>
/// <param name="Tagging">How attention reads them, chosen by cross-validation on those to learn from.</param>
/// <param name="Train">Those to learn from.</param>
/// <param name="Test">Those to be tested on.</param>
sealed record Treebank(string Name, TaggingSettings Tagging, IReadOnlyList<Sentence> Train, IReadOnlyList<Sentence> Test)
{
    /// <summary>The parts of speech that can be learned.</summary>
    public IReadOnlyList<string> Tags { get; } = [.. Train.SelectMany(sentence => sentence.Tags).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The share of the words to be tested on that are in no sentence to learn from, in any case of their letters.</summary>
    public double UnknownShare
    {
        get
        {
            var known = Train.SelectMany(sentence => sentence.Words).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return Test.SelectMany(sentence => sentence.Words).Average(word => known.Contains(word) ? 0.0 : 1.0);
        }
    }

    /// <exception cref="InvalidDataException">A file is not of the format.</exception>
    public static Treebank Read(string trainPath, string testPath) =>
        new(Path.GetFileNameWithoutExtension(trainPath), TaggingSettings.ForTreebanks, ConlluFile.Read(trainPath),
            ConlluFile.Read(testPath));
}
