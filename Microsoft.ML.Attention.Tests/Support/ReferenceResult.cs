namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>What the oracle found for one row.</summary>
/// <param name="Output">One vector a token, or a single one when pooled.</param>
/// <param name="Weights">The softmax of every layer, <c>[L, H, T, S]</c>.</param>
/// <param name="Rollout">Attention rollout, <c>[T, T]</c>; empty in cross-attention.</param>
/// <param name="IsQuery">Whether each query token is there, <c>[T]</c>.</param>
/// <param name="IsKey">Whether each key token is there, <c>[S]</c>.</param>
sealed record ReferenceResult(double[][] Output, double[,,,] Weights, double[][] Rollout, bool[] IsQuery, bool[] IsKey)
{
    /// <summary>The row as one vector, which a classifier reads: pooled, or the mean of its tokens;
    /// empty where there is no classifier.</summary>
    public required double[] Vector { get; init; }

    /// <summary>The row's own tokens, before they are pooled, zeros where there is none.</summary>
    public required double[][] Tokens { get; init; }
}
