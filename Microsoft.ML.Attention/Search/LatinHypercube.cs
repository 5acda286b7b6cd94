namespace Microsoft.ML.Attention.Search;

/// <summary>Points drawn at random in a unit cube, but spread evenly along each of its sides. McKay, Beckman and Conover 1979.</summary>
static class LatinHypercube
{
    /// <returns><c>[count][dimensions]</c> numbers in [0, 1);
    /// along each dimension one lies in each of <paramref name="count"/> equal parts.</returns>
    public static double[][] Draw(int count, int dimensions, Random random)
    {
        double[][] points = [.. Enumerable.Range(0, count).Select(_ => new double[dimensions])];
        var parts = Enumerable.Range(0, count).ToArray();
        for (var dimension = 0; dimension < dimensions; dimension++)
        {
            random.Shuffle(parts);
            for (var i = 0; i < count; i++)
                points[i][dimension] = (parts[i] + random.NextDouble()) / count;
        }
        return points;
    }
}
