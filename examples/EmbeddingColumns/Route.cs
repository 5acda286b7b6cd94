namespace EmbeddingColumns;

/// <summary>The routes from embedding columns to an answer that are compared.</summary>
enum Route
{
    /// <summary>The columns, one after the other, to LightGBM.</summary>
    Concatenated,

    /// <summary>ML.NET's own trainer for what columns mean together: field-aware factorization machines, a field a column.
    /// Juan et al. 2016.</summary>
    Factorized,

    /// <summary>Attention across the columns, pooled, to LightGBM; both learn from the same lines.</summary>
    Attended,

    /// <summary>The columns and beside them what attention makes of them, to LightGBM; all learn from the same lines. The trap.</summary>
    BothSameLines,

    /// <summary>The columns and beside them the probability that <see cref="Attended"/> gives when it has not learned from the line, to
    /// LightGBM. Wolpert 1992, Stacked generalization.</summary>
    BothOutOfFold,
}
