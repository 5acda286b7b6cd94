namespace Microsoft.ML.Attention.Training;

/// <summary>Which rows are kept out of learning to measure it: the same ones in every pass, whatever its order.</summary>
sealed class HeldOut(double share, int seed)
{
    readonly ulong _limit = (ulong)(share * ulong.MaxValue);

    public bool Contains(ulong rowId) => share > 0 && Mixed(rowId + (ulong)seed * 0x9E3779B97F4A7C15) < _limit;

    /// <summary>A number that looks random and depends on the id alone; the finalizer of SplitMix64. Steele et al. 2014.</summary>
    static ulong Mixed(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
