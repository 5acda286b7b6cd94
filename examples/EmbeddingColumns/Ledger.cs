namespace EmbeddingColumns;

/// <summary>Lines of a ledger, and vectors for the words in them.</summary>
sealed record Ledger(IReadOnlyList<LedgerLine> Lines, IReadOnlyList<WordVector> Words);
