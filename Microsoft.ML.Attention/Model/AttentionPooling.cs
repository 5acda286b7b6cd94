namespace Microsoft.ML.Attention;

/// <summary>How the tokens of a row become one vector of fixed size. Tokens whose mask is false never count;
/// a row without tokens gives zeros.</summary>
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

    /// <summary>
    /// A learned token (<c>class_token</c>) that stands before the others, has no position added, and attends as they do: what it is after
    /// the last layer. Devlin et al. 2019. The attention weights have it first. It must see all tokens: with causality,
    /// windows or a bias it is an error.
    /// </summary>
    Class,

    /// <summary>The mean of the row's tokens, and then the largest value of each element: twice as wide.</summary>
    MeanAndMax,

    /// <summary>
    /// All tokens one after the other, so that order is kept: as wide as all of them. Rows have one length, or at most
    /// <see cref="MultiHeadAttentionOptions.MaximumLength"/> tokens, and zeros after them.
    /// </summary>
    Flatten,
}
