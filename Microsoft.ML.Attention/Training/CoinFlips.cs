using System.Numerics;

namespace Microsoft.ML.Attention.Training;

/// <summary>Fast seeded coin flips: four of 16 bits from each 64-bit number of xoshiro256**. Blackman and Vigna 2021.</summary>
sealed class CoinFlips
{
    ulong _a, _b, _c, _d;

    public CoinFlips(int seed)
    {
        // The state is filled by SplitMix64, as its authors advise.
        var state = (ulong)seed;
        ulong Next()
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
            z = (z ^ z >> 27) * 0x94D049BB133111EB;
            return z ^ z >> 31;
        }
        (_a, _b, _c, _d) = (Next(), Next(), Next(), Next());
    }

    /// <summary>Sets each to true with this probability, to the nearest 1/65536.</summary>
    public void Fill(Span<bool> flips, double probability)
    {
        var threshold = (uint)Math.Round(probability * 65536);
        var i = 0;
        for (; i + 4 <= flips.Length; i += 4)
        {
            var bits = Next();
            flips[i] = (ushort)bits < threshold;
            flips[i + 1] = (ushort)(bits >> 16) < threshold;
            flips[i + 2] = (ushort)(bits >> 32) < threshold;
            flips[i + 3] = (ushort)(bits >> 48) < threshold;
        }
        for (var bits = i < flips.Length ? Next() : 0; i < flips.Length; i++, bits >>= 16)
            flips[i] = (ushort)bits < threshold;
    }

    ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }
}
