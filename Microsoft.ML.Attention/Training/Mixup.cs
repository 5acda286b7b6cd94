using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>Rows that are mixed two by two: what one of them is mixed with, and how much of it stays. Zhang et al. 2018.</summary>
static class Mixup
{
    /// <summary>A draw from Beta(shape, shape), in [0, 1].</summary>
    public static double Share(double shape, Random random)
    {
        var (one, other) = (Gamma(shape, random), Gamma(shape, random));
        return one + other > 0 ? one / (one + other) : random.Next(2);          // both can be too small for a double
    }

    /// <summary>Adds to a row's numbers those of another row: <c>share x + (1 - share) y</c>, in every frame that both have.</summary>
    /// <param name="numbers">The row's numbers, some neighbouring frames.</param>
    /// <param name="share">How much of them stays.</param>
    /// <param name="rows">The rows that the other is of.</param>
    /// <param name="other">The other row.</param>
    /// <param name="field">The field whose frames they are.</param>
    /// <param name="first">The frame of the field at which <paramref name="numbers"/> begin.</param>
    /// <param name="firstOfField">The frame of the row at which the field begins.</param>
    public static void Mix(Span<float> numbers, double share, RaggedRows rows, int other, TokenRows field, int first, int firstOfField)
    {
        var (width, frames) = (field.Field.Width, field.Count(other) - first);
        for (var t = 0; t < Math.Min(frames, numbers.Length / width); t++)
        {
            if (!rows.HasQueryFrame(other, firstOfField + first + t))
                continue;
            var own = numbers.Slice(t * width, width);
            var others = field.Token(other, first + t);
            for (var e = 0; e < width; e++)
                own[e] = (float)(share * own[e] + (1 - share) * others[e]);
        }
    }

    /// <summary>A draw from the gamma distribution of this shape and scale 1. Marsaglia and Tsang 2000.</summary>
    static double Gamma(double shape, Random random)
    {
        if (shape < 1)
            return Gamma(shape + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - 1.0 / 3;
        while (true)
        {
            var x = ParameterDraw.NextNormal(random);
            var v = Math.Pow(1 + x / Math.Sqrt(9 * d), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < x * x / 2 + d * (1 - v + Math.Log(v)))
                return d * v;
        }
    }
}
