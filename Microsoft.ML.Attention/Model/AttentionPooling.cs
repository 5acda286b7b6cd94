namespace Microsoft.ML.Attention;

/// <summary>How the tokens of a row become one vector of fixed size. Tokens whose mask is false never count; a row without tokens gives zeros.</summary>
public enum AttentionPooling
{
    /// <summary>No pooling: one vector a token.</summary>
    None,

    /// <summary>The mean of the row's tokens.</summary>
    Mean,

    /// <summary>The largest value of each element among the row's tokens.</summary>
    Max,

    /// <summary>The row's first token.</summary>
    First,

    /// <summary>The row's last token.</summary>
    Last,

    /// <summary>A weighted mean, the weights a softmax of each token's product with a learned query (<c>pool.query</c>).</summary>
    Attention,
}
