namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The functions inside the feed-forward network, to within 2e-15.</summary>
sealed partial class Reference
{
    /// <summary>The error function, by a series whose terms are all positive, so that nothing cancels.
    /// Abramowitz and Stegun 1964, 7.1.6.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);                                                 // 1 - erf(6) is 2e-17
        var (sum, term) = (0.0, x);
        for (var n = 0; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            sum += term;
            term *= 2 * x * x / (2 * n + 3);
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary><c>x Φ(x)</c>. Hendrycks and Gimpel 2016.</summary>
    public static double Gelu(double x) => x / 2 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>The approximation of <see cref="Gelu"/> with a tanh. Hendrycks and Gimpel 2016, section 2.</summary>
    public static double GeluTanh(double x) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary><c>x σ(x)</c>.</summary>
    public static double Silu(double x) => x / (1 + Math.Exp(-x));
}
