namespace Microsoft.ML.Attention.Training;

/// <summary>
/// The quantiles of each element of a vector, over the vectors in which it is a number: of a sample that every number had the same
/// chance to be in. Vitter 1985, algorithm R.
/// </summary>
/// <param name="width">Elements of a vector.</param>
sealed class Quantiles(int width)
{
    /// <summary>
    /// Numbers that are kept of each element: a quantile of so many is within one hundredth of itself, as a share of all, in 19 of 20
    /// draws.
    /// </summary>
    public const int MostKept = 10_000;

    readonly List<float>[] _kept = [.. Enumerable.Range(0, width).Select(_ => new List<float>())];
    readonly long[] _counts = new long[width];
    readonly Random _random = new(0);

    public void Add(ReadOnlySpan<float> vector)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            if (float.IsNaN(vector[i]))
                continue;
            if (++_counts[i] <= MostKept)
                _kept[i].Add(vector[i]);
            else if (_random.NextInt64(_counts[i]) is var place && place < MostKept)
                _kept[i][(int)place] = vector[i];
        }
    }

    /// <summary>
    /// The edges of so many bins of each element, one element after the other: those quantiles that differ, in ascending order, the
    /// last one again in place of the others.
    /// </summary>
    public float[] Edges(int bins) => [.. _kept.SelectMany(numbers => Edges(numbers, bins))];

    static IEnumerable<float> Edges(List<float> numbers, int bins)
    {
        float[] sorted = [.. numbers.Order()];
        if (sorted.Length == 0)
            return new float[bins + 1];
        var quantiles = Enumerable.Range(0, bins + 1).Select(k => sorted[(int)Math.Round((double)k / bins * (sorted.Length - 1))]);
        float[] edges = [.. quantiles.Distinct()];
        return edges.Concat(Enumerable.Repeat(edges[^1], bins + 1 - edges.Length));
    }
}
