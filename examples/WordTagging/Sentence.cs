namespace WordTagging;

/// <summary>Words in their order, and the part of speech of each: noun, verb, and so on.</summary>
sealed record Sentence(IReadOnlyList<string> Words, IReadOnlyList<string> Tags);
