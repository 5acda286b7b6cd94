namespace Microsoft.ML.Attention;

/// <summary>The function between the two matrices of the feed-forward network.</summary>
public enum Activation
{
    /// <summary><c>max(0, x)</c>.</summary>
    Relu,

    /// <summary><c>x Φ(x)</c>, Φ the normal distribution function, computed with <c>erf</c>. Hendrycks and Gimpel 2016.</summary>
    Gelu,

    /// <summary>The tanh approximation of <see cref="Gelu"/>, as GPT-2 uses it.</summary>
    GeluTanh,

    /// <summary><c>silu(x Wgate) * (x W1)</c>, known as SwiGLU; the extra matrix is <c>linear_gate</c>. Shazeer 2020.</summary>
    SiluGated,

    /// <summary><c>gelu(x Wgate) * (x W1)</c>, known as GeGLU, with <see cref="Gelu"/>;
    /// the extra matrix is <c>linear_gate</c>. Shazeer 2020.</summary>
    GeluGated,
}
