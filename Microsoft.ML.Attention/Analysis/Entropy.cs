namespace Microsoft.ML.Attention.Analysis;

/// <summary>How spread out attention weights are, and how far two heads' lie apart; in nats.</summary>
static class Entropy
{
    /// <summary><c>-Σ p ln p</c>, where 0 ln 0 is 0.</summary>
    public static double Of(ReadOnlySpan<float> p)
    {
        var sum = 0.0;
        foreach (double x in p)
            if (x > 0)
                sum -= x * Math.Log(x);
        return sum;
    }

    /// <summary>The Jensen-Shannon divergence: the entropy of the two's mean, beyond the mean of their entropies. Lin 1991.</summary>
    public static double Divergence(ReadOnlySpan<float> p, double entropyOfP, ReadOnlySpan<float> q, double entropyOfQ)
    {
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            var mean = ((double)p[i] + q[i]) / 2;
            if (mean > 0)
                sum -= mean * Math.Log(mean);
        }
        return sum - (entropyOfP + entropyOfQ) / 2;
    }
}
