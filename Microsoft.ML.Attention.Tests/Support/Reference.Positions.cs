using System.Numerics;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Where a token stands: sinusoids, rotations, and penalties on the distance.</summary>
sealed partial class Reference
{
    /// <summary>Element <c>e</c> of position <c>t</c>: the sine (even <c>e</c>) or cosine (odd) of <c>t / 10000^(2⌊e/2⌋/width)</c>. Vaswani
    /// et al. 2017, section 3.5.</summary>
    public static double Sinusoid(int t, int e, int width)
    {
        var angle = t / Math.Pow(10_000, (e - e % 2) / (double)width);
        return e % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
    }

    /// <summary>The rotary angle of pair <c>p</c> at position <c>t</c>: <c>t base^(-2p/D)</c>. Su et al. 2021, section 3.2.2.</summary>
    public static double RotaryAngle(int t, int p, int headDimension, double rotaryBase) =>
        t * Math.Pow(rotaryBase, -2.0 * p / headDimension);

    /// <summary>Each pair of elements turned: <c>(p, p + D/2)</c>, or <c>(2p, 2p + 1)</c> when interleaved.</summary>
    public static double[] Rotate(double[] x, bool interleaved, Func<int, double> cos, Func<int, double> sin)
    {
        var y = new double[x.Length];
        for (var p = 0; p < x.Length / 2; p++)
        {
            var (a, b) = interleaved ? (2 * p, 2 * p + 1) : (p, p + x.Length / 2);
            y[a] = x[a] * cos(p) - x[b] * sin(p);
            y[b] = x[b] * cos(p) + x[a] * sin(p);
        }
        return y;
    }

    double Angle(int t, int p, int headDimension, int layer)
    {
        var angle = RotaryAngle(t, p, headDimension, _options.LayerRotaryBases?[layer] ?? _options.RotaryBase);
        return _options.RotaryScaling is { } scaling ? Slowed(angle, t, scaling) : angle;
    }

    /// <summary>LLaMA 3's rule for rows longer than those learned on, as its published code has it:
    /// by the length of a wave in tokens.</summary>
    public static double Slowed(double angle, int t, RotaryScaling scaling)
    {
        if (t == 0)
            return 0;
        var wave = 2 * Math.PI / (angle / t);
        if (wave > scaling.OriginalLength / scaling.LowFrequencyFactor)
            return angle / scaling.Factor;
        if (wave < scaling.OriginalLength / scaling.HighFrequencyFactor)
            return angle;
        var smooth = (scaling.OriginalLength / wave - scaling.LowFrequencyFactor)
            / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (1 - smooth) * angle / scaling.Factor + smooth * angle;
    }

    /// <summary>The bucket of a key that lies so far after a query. Raffel et al. 2020 and their published code,
    /// which MPNet's repeats: up to 128 tokens.</summary>
    public static int RelativeBucket(int relative, int buckets, bool isBidirectional)
    {
        var (bucket, n) = (0, -relative);
        if (isBidirectional)
        {
            buckets /= 2;
            bucket = n < 0 ? buckets : 0;
            n = Math.Abs(n);
        }
        else
            n = Math.Max(n, 0);
        var exact = buckets / 2;
        return bucket + (n < exact
            ? n
            : Math.Min(buckets - 1, exact + (int)(Math.Log(n / (double)exact) / Math.Log(128 / (double)exact) * (buckets - exact))));
    }

    /// <summary>
    /// ALiBi's slope of a head: <c>2^(-8(h+1)/H)</c> for <c>H</c> a power of two, else the slopes of the power below, followed by every
    /// other one of the power above. Press et al. 2022, section 3 and their published code.
    /// </summary>
    public static double AlibiSlope(int head, int numberOfHeads)
    {
        var power = (int)BitOperations.RoundUpToPowerOf2((uint)numberOfHeads + 1) / 2;   // the largest that is not above H
        return head < power
            ? Math.Pow(2, -8.0 * (head + 1) / power)
            : Math.Pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power));
    }
}
