using Examples;

namespace SeriesContest;

/// <summary>Two made-up tasks: in one the order of the frames is all that tells the classes apart, in the other it means nothing.</summary>
static class MadeUpSets
{
    public static IReadOnlyList<SeriesSet> All { get; } = [Bumps(seed: 1), Items(seed: 1)];

    /// <summary>Two channels of noise, in each a bump; the class is which comes first.</summary>
    static SeriesSet Bumps(int seed)
    {
        const int Length = 40, Channels = 2, Width = 4;
        var random = new Random(seed);
        return new("Bumps (made up)", Channels, Draw(120), Draw(200));

        Utterance[] Draw(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            var first = random.Next(2, 16);
            var second = first + Width + random.Next(1, 16);
            var frames = Enumerable.Range(0, Length * Channels).Select(_ => 0.5f * Normal(random)).ToArray();
            for (var t = 0; t < Width; t++)
            {
                frames[(first + t) * Channels + i % 2] += 2;
                frames[(second + t) * Channels + 1 - i % 2] += 2;
            }
            return new Utterance($"{i % 2}", frames);
        })];
    }

    /// <summary>A set of items, each with a rank, a number and two that say nothing; the class is the sign of the number of the item of the
    /// highest rank.</summary>
    static SeriesSet Items(int seed)
    {
        const int Channels = 4;
        var random = new Random(seed);
        return new("Items (made up)", Channels, Draw(240), Draw(400));

        Utterance[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            var items = Enumerable.Range(0, random.Next(4, 11))
                .Select(_ => Enumerable.Range(0, Channels).Select(_ => Normal(random)).ToArray()).ToArray();
            return new Utterance(items.MaxBy(item => item[0])![1] > 0 ? "above" : "below", [.. items.SelectMany(item => item)]);
        })];
    }

    /// <summary>A draw from the normal distribution. Box and Muller 1958.</summary>
    static float Normal(Random random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
