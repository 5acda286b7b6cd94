namespace EmbeddingColumns;

/// <summary>A row of a made-up table: numbers, some of them missing, and categories.</summary>
/// <param name="Size">Of a flat, in units of its deviation; one in ten is missing, by chance.</param>
/// <param name="Age">In the same way.</param>
/// <param name="Floor">In the same way; says nothing.</param>
/// <param name="Energy">In the same way; one in four is missing, and that says something.</param>
/// <param name="District">One of twelve.</param>
/// <param name="Kind">One of four.</param>
/// <param name="Heating">One of three, or empty.</param>
/// <param name="LetSoon">Whether it was let within the month.</param>
sealed record FlatRow(float Size, float Age, float Floor, float Energy, string District, string Kind, string Heating, bool LetSoon);

/// <summary>Writes such a table. What decides is which numbers go with which categories, and a curve.</summary>
/// <remarks>
/// The log-odds are a sum: a wave of the age whose phase is the kind's, size times a slope of the district, an effect of heating in each
/// kind of its own, energy, and a constant where that is missing.
/// </remarks>
static class MadeUpTable
{
    const int Districts = 12, Kinds = 4, Heatings = 3;

    public static IReadOnlyList<FlatRow> Make(int rows, int seed)
    {
        var random = new Random(seed);
        var slopes = Normals(Districts);
        var effects = Normals(Kinds * Heatings);
        return [.. Enumerable.Range(0, rows).Select(_ => Write())];

        FlatRow Write()
        {
            var (size, age, floor, energy) = (Normal(), Normal(), Normal(), Normal());
            var (district, kind, heating) = (random.Next(Districts), random.Next(Kinds), random.Next(Heatings));
            var (hasSize, hasEnergy, hasHeating) = (random.Next(10) > 0, random.Next(4) > 0, random.Next(10) > 0);
            var logOdds = 1.5f * MathF.Sin(2 * age + kind * MathF.PI / 2) + 1.5f * slopes[district] * (hasSize ? size : 0)
                + (hasHeating ? effects[kind * Heatings + heating] : 0) + (hasEnergy ? 0.5f * energy : 1);
            return new(hasSize ? size : float.NaN, age, floor, hasEnergy ? energy : float.NaN, $"District {district + 1}",
                $"Kind {kind + 1}", hasHeating ? $"Heating {heating + 1}" : "", random.NextSingle() < 1 / (1 + MathF.Exp(-logOdds)));
        }

        float[] Normals(int count) => [.. Enumerable.Range(0, count).Select(_ => Normal())];

        // Box and Muller 1958
        float Normal() => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
    }
}
