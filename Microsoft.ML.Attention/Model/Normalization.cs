namespace Microsoft.ML.Attention;

/// <summary>How a block normalizes a token.</summary>
public enum Normalization
{
    /// <summary>Subtract the mean, divide by the standard deviation, then a learned gain and offset. Ba et al. 2016.</summary>
    LayerNorm,

    /// <summary>Divide by the root of the mean square, then a learned gain. Zhang and Sennrich 2019.</summary>
    RmsNorm,
}
