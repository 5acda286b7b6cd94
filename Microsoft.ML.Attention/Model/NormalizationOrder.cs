namespace Microsoft.ML.Attention;

/// <summary>Where a block normalizes.</summary>
public enum NormalizationOrder
{
    /// <summary>After the residual sum: <c>Norm(x + f(x))</c>. Vaswani et al. 2017; PyTorch's <c>norm_first=False</c>.</summary>
    Post,

    /// <summary>Before the sublayer: <c>x + f(Norm(x))</c>. PyTorch's <c>norm_first=True</c>.</summary>
    Pre,
}
