using System.Text;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>Slows the slow rotations of a model that learned on short rows,
/// so that long ones stay within the angles it has seen: LLaMA 3's rule.</summary>
/// <remarks>
/// A pair that turns less than <see cref="LowFrequencyFactor"/> times within <see cref="OriginalLength"/> tokens turns <see cref="Factor"/>
/// times slower, one that turns more than <see cref="HighFrequencyFactor"/> times as before, and what lies between is mixed of both.
/// </remarks>
public sealed record RotaryScaling
{
    /// <summary>How many times slower, at least 1. Default: 8, as LLaMA 3.1.</summary>
    public double Factor { get; init; } = 8;

    /// <summary>Turns below which a pair is slow, above 0. Default: 1, as LLaMA 3.1.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Turns from which on a pair is fast, above <see cref="LowFrequencyFactor"/>. Default: 4, as LLaMA 3.1.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>Tokens of the rows that were learned on, at least 1. Default: 8192, as LLaMA 3.1.</summary>
    public int OriginalLength { get; init; } = 8192;

    /// <summary>The rate of a pair, in radians a token.</summary>
    internal double Scaled(double rate)
    {
        var turns = OriginalLength * rate / (2 * Math.PI);
        var share = Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
        return rate * (share + (1 - share) / Factor);
    }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
