namespace EmbeddingColumns;

/// <summary>A word, and where it lies among others: words of one thing lie near each other, as in vectors learned from much text.</summary>
sealed record WordVector(string Word, float[] Vector);
