namespace Microsoft.ML.Attention;

/// <summary>Which layers' attention weights the weights column holds.</summary>
public enum AttentionWeightsLayers
{
    /// <summary>The last layer: <c>[H, T, S]</c>.</summary>
    Last,

    /// <summary>Every layer: <c>[L, H, T, S]</c>.</summary>
    All,
}
