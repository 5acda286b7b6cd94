namespace Microsoft.ML.Attention;

/// <summary>What surrounds the attention formula.</summary>
public enum AttentionBlock
{
    /// <summary>The formula alone: projections, attention, output projection.</summary>
    Attention,

    /// <summary>The tokens plus their attention, normalized: <c>Norm(x + Attention(x))</c>, or <c>x + Attention(Norm(x))</c>.</summary>
    Residual,

    /// <summary>A transformer encoder layer: <see cref="Residual"/>, then a feed-forward network with its own residual and norm.</summary>
    Encoder,
}
