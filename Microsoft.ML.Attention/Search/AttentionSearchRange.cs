using System.Text;
using Microsoft.ML.Attention.Model;
using static System.FormattableString;

namespace Microsoft.ML.Attention;

/// <summary>A range of numbers that a search draws from.</summary>
/// <param name="Minimum">The least, finite; above 0 where the range is logarithmic.</param>
/// <param name="Maximum">The largest, finite; at least <paramref name="Minimum"/>.</param>
/// <param name="IsLogarithmic">Draw evenly over the logarithm, as suits numbers whose size is unknown. Default:
/// evenly over the numbers.</param>
public readonly record struct AttentionSearchRange(double Minimum, double Maximum, bool IsLogarithmic = false)
{
    /// <summary>The number at a point in [0, 1).</summary>
    internal double At(double point) =>
        IsLogarithmic ? Minimum * Math.Pow(Maximum / Minimum, point) : Minimum + (Maximum - Minimum) * point;

    /// <exception cref="ArgumentException">There are no numbers in it.</exception>
    internal void Check(string option)
    {
        if (!(double.IsFinite(Minimum) && double.IsFinite(Maximum) && Minimum <= Maximum))
            throw new ArgumentException(Invariant(
                $"The search space of {option} is {Minimum} to {Maximum}: it must have finite ends, the first not above the second."));
        if (IsLogarithmic && Minimum <= 0)
            throw new ArgumentException(
                Invariant($"The search space of {option} is {Minimum} to {Maximum}: it is logarithmic, and must begin above 0."));
    }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
