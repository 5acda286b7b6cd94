namespace Microsoft.ML.Attention.Training;

/// <summary>
/// The quantiles of each element of a vector, over the vectors in which it is a number, each as if it came as often as its weight says: of
/// a sample that every number had the same chance to be in. Vitter 1985, algorithm R.
/// </summary>
/// <param name="width">Elements of a vector.</param>
sealed class Quantiles(int width)
{
    /// <summary>
    /// Numbers that are kept of each element: a quantile of so many is within one hundredth of itself,
    /// as a share of all, in 19 of 20 draws.
    /// </summary>
    public const int MostKept = 10_000;

    /// <summary>
    /// How far a sum of weights may be from what it stands for, as a share of all: of 10,000 sums of doubles, and of decimal weights.
    /// </summary>
    const double Rounding = 1e-12;

    readonly List<(float Number, double Weight)>[] _kept = [.. Enumerable.Range(0, width).Select(_ => new List<(float, double)>())];
    readonly long[] _counts = new long[width];
    readonly Random _random = new(0);

    /// <param name="vector">NaN where an element has no number.</param>
    /// <param name="weight">How much it counts, above 0.</param>
    public void Add(ReadOnlySpan<float> vector, double weight = 1)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            if (float.IsNaN(vector[i]))
                continue;
            if (++_counts[i] <= MostKept)
                _kept[i].Add((vector[i], weight));
            else if (_random.NextInt64(_counts[i]) is var index && index < MostKept)
                _kept[i][(int)index] = (vector[i], weight);
        }
    }

    /// <summary>
    /// The edges of so many bins of each element, one element after the other: those quantiles that differ, in ascending order, the
    /// last one again in place of the others.
    /// </summary>
    public float[] Edges(int bins) => [.. _kept.SelectMany(numbers => Edges(numbers, bins))];

    /// <summary>Of each share, the least number that, with those below it, has so much of the weight.</summary>
    static IEnumerable<float> Edges(List<(float Number, double Weight)> numbers, int bins)
    {
        if (numbers.Count == 0)
            return new float[bins + 1];
        var total = numbers.Sum(number => number.Weight);
        var edges = new List<float>();
        var (sum, edge) = (0.0, 0);
        foreach (var (number, weight) in numbers.OrderBy(number => number.Number))
        {
            sum += weight;
            for (; edge <= bins && sum >= total * ((double)edge / bins - Rounding); edge++)
                if (edges.Count == 0 || edges[^1] != number)
                    edges.Add(number);
        }
        return edges.Concat(Enumerable.Repeat(edges[^1], bins + 1 - edges.Count));
    }
}
