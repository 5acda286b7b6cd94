namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>One row as the oracle reads it: no batch, no padding but what its mask says.</summary>
sealed record ReferenceRow
{
    /// <summary>The input tokens, <c>[T, E]</c>, those of several columns one after the other;
    /// empty where <see cref="Ids"/> are given.</summary>
    public double[][] Tokens { get; init; } = [];

    /// <summary>The input column that each token came from, for <c>input.&lt;i&gt;</c> projections and <c>embedding.&lt;i&gt;</c> tables.
    /// Null: one column, or all of one width.</summary>
    public int[]? Columns { get; init; }

    /// <summary>Zero-based token ids, <c>[T]</c>; null where the key is missing, which is a mask of false.</summary>
    public int?[]? Ids { get; init; }

    /// <summary>Cross-attention: the key tokens, <c>[S, kdim]</c>. Null: the input itself.</summary>
    public double[][]? Keys { get; init; }

    /// <summary>Cross-attention: zero-based ids instead of <see cref="Keys"/>, <c>[S]</c>; null where the key is missing.</summary>
    public int?[]? KeyIds { get; init; }

    /// <summary>Cross-attention: the value tokens, <c>[S, vdim]</c>. Null: the keys.</summary>
    public double[][]? Values { get; init; }

    /// <summary>True where there is a key token, <c>[S]</c>; in self-attention that is also the query.</summary>
    public bool[]? Mask { get; init; }

    /// <summary>Added to the scores, <c>[1 or H, T, S]</c>.</summary>
    public double[,,]? Bias { get; init; }

    /// <summary>Query tokens, <c>T</c>.</summary>
    public int QueryLength => Ids?.Length ?? Tokens.Length;

    /// <summary>Key tokens, <c>S</c>.</summary>
    public int KeyLength => Keys?.Length ?? KeyIds?.Length ?? QueryLength;

    /// <summary>Whether the queries look at other tokens than themselves.</summary>
    public bool IsCross => Keys is not null || KeyIds is not null;
}
