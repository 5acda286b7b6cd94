using Examples;

namespace SeriesContest;

/// <summary>Made-up tasks that judge what fits series: each needs something else,
/// and in one the order of the frames means nothing.</summary>
static class MadeUpSets
{
    const int Asked = 200;

    public static IReadOnlyList<SeriesSet> All { get; } = Draw(seed: 1);

    /// <summary>All of them, of series of their own.</summary>
    public static IReadOnlyList<SeriesSet> Draw(int seed) =>
        [Bumps(seed), Items(seed), Level(seed), Shape(seed), Frequency(seed), Needle(seed), Motion(seed), Gestures(seed)];

    /// <summary>Two channels of noise, in each a bump; the class is which comes first.</summary>
    static SeriesSet Bumps(int seed)
    {
        const int Length = 40, Channels = 2, Width = 4;
        return Set("Bumps", Channels, 80, seed, (random, i) =>
        {
            var first = random.Next(2, 16);
            var second = first + Width + random.Next(1, 16);
            var frames = Many(Length * Channels, () => 0.5f * Normal(random));
            for (var t = 0; t < Width; t++)
            {
                frames[(first + t) * Channels + i % 2] += 2;
                frames[(second + t) * Channels + 1 - i % 2] += 2;
            }
            return (i % 2, frames);
        });
    }

    /// <summary>A set of items, each with a rank, a number and two that say nothing;
    /// the class is the sign of the number of the item of the highest rank.</summary>
    static SeriesSet Items(int seed)
    {
        const int Channels = 4;
        return Set("Items", Channels, 160, seed, (random, _) =>
        {
            var items = Many(random.Next(4, 11), () => Many(Channels, () => Normal(random)));
            return (items.MaxBy(item => item[0])![1] > 0 ? 1 : 0, [.. items.SelectMany(item => item)]);
        });
    }

    /// <summary>A wave of any phase and of one of five frequencies; the class is the level that it goes around.</summary>
    static SeriesSet Level(int seed) => Set("Level", 1, 60, seed, (random, i) =>
    {
        var (level, phase, waves) = ((i % 3 - 1) * 0.5f, Turn(random), 1 + random.Next(5));
        return (i % 3, Frames(60, t => level + MathF.Sin(phase + MathF.Tau * waves * t / 60) + 0.15f * Normal(random)));
    });

    /// <summary>A sine, a saw or a square, of any level, scale and phase.</summary>
    static SeriesSet Shape(int seed) => Set("Shape", 1, 60, seed, (random, i) =>
    {
        var (level, scale, phase) = (3 * Normal(random), MathF.Exp(0.7f * Normal(random)), random.NextSingle());
        return (i % 3, Frames(80, t =>
        {
            var u = (phase + t / 27f) % 1;
            var form = i % 3 == 0 ? 1.4f * MathF.Sin(MathF.Tau * u) : i % 3 == 1 ? 1.7f * (2 * u - 1) : u < 0.5f ? 1 : -1;
            return level + scale * (form + 0.3f * Normal(random));
        }));
    });

    /// <summary>A wave of any phase in noise; the class is its frequency.</summary>
    static SeriesSet Frequency(int seed) => Set("Frequency", 1, 60, seed, (random, i) =>
    {
        var (phase, waves) = (Turn(random), (i % 3 == 0 ? 6 : i % 3 == 1 ? 7.5f : 9.5f) * (1 + 0.03f * Normal(random)));
        return (i % 3, Frames(120, t => MathF.Sin(phase + MathF.Tau * waves * t / 120) + 0.5f * Normal(random)));
    });

    /// <summary>Somewhere in noise a few frames that go up and then down, or down and then up.</summary>
    static SeriesSet Needle(int seed) => Set("Needle", 1, 80, seed, (random, i) =>
    {
        float[] form = [1, 2, 1, 0, -1, -2, -1];
        var frames = Frames(150, _ => 0.4f * Normal(random));
        var at = random.Next(5, 135);
        for (var t = 0; t < form.Length; t++)
            frames[at + t] += i % 2 == 0 ? form[t] : -form[t];
        return (i % 2, frames);
    });

    /// <summary>Up, a while there, and down again; the class is whether there is a small dip before and after.</summary>
    static SeriesSet Motion(int seed) => Set("Motion", 1, 50, seed, (random, i) =>
    {
        var (up, down, steepness) = (35 + 5 * Normal(random), 110 + 5 * Normal(random), 4 + 3 * random.NextSingle());
        var (dip, top, level) = (i % 2 == 0 ? 0.25f + 0.06f * Normal(random) : 0.02f * Normal(random), 1 + 0.1f * Normal(random),
            0.1f * Normal(random));
        return (i % 2, Frames(150, t => level + top * (Sigmoid((t - up) / steepness) - Sigmoid((t - down) / steepness))
            - dip * (Bell(t - up + 15, 6) + Bell(t - down - 17, 6)) + 0.02f * Normal(random)));
    });

    /// <summary>24 channels that are mixed from four, whose courses tell six classes apart; each series is warped, shifted and scaled, and
    /// each of its channels is off by a constant.</summary>
    static SeriesSet Gestures(int seed)
    {
        const int Channels = 24, Sources = 4, Length = 51;
        var mix = new Random(5);
        var mixed = Many(Channels * Sources, () => Normal(mix));
        return Set("Gestures", Channels, 90, seed, (random, i) =>
        {
            var (warp, shift, scale) = (0.3f * Normal(random), 0.06f * Normal(random), 0.8f + 0.16f * Normal(random));
            var offsets = Many(Channels, () => 0.7f * Normal(random));
            return (i % 6, [.. Enumerable.Range(0, Length).SelectMany(t =>
            {
                var u = t / (Length - 1f);
                var sources = Courses(i % 6, u + warp * u * (1 - u) + shift);
                return Enumerable.Range(0, Channels).Select(c => offsets[c] + 0.5f * Normal(random)
                    + scale * sources.Select((source, k) => source * mixed[c * Sources + k]).Sum());
            })]);
        });

        static float[] Courses(int gesture, float u) => gesture switch
        {
            0 => [Bell(u - 0.5f, 0.15f), 0, Bell(u - 0.3f, 0.1f), 0],
            1 => [Bell(u - 0.5f, 0.15f), 0, Bell(u - 0.7f, 0.1f), 0],
            2 => [0, Bell(u - 0.5f, 0.2f), 0, Bell(u - 0.4f, 0.1f) - Bell(u - 0.6f, 0.1f)],
            3 => [0, Bell(u - 0.5f, 0.2f), 0, Bell(u - 0.6f, 0.1f) - Bell(u - 0.4f, 0.1f)],
            4 => [Bell(u - 0.4f, 0.1f), Bell(u - 0.6f, 0.1f), 0, 0],
            _ => [Bell(u - 0.6f, 0.1f), Bell(u - 0.4f, 0.1f), 0, 0],
        };
    }

    static SeriesSet Set(string name, int channels, int known, int seed, Func<Random, int, (int Class, float[] Frames)> make)
    {
        var random = new Random(seed * 7919 + 13);
        return new($"{name} (made up)", channels, Draw(known), Draw(Asked));

        Utterance[] Draw(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            var (label, frames) = make(random, i);
            return new Utterance($"{label}", frames);
        })];
    }

    static T[] Many<T>(int count, Func<T> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];

    static float[] Frames(int length, Func<int, float> at) => [.. Enumerable.Range(0, length).Select(at)];

    static float Turn(Random random) => MathF.Tau * random.NextSingle();

    static float Bell(float distance, float width) => MathF.Exp(-distance * distance / (width * width));

    static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>A draw from the normal distribution. Box and Muller 1958.</summary>
    public static float Normal(Random random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
