using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Reads what was damaged, many times over: each is read, or refused by an error that says what is wrong and where.</summary>
/// <remarks>
/// As tests, some thousands from one seed. <c>.ci/fuzz SEED COUNT</c> runs as many as it is told, and then also says how long the slowest
/// took and fails where one took more than 10 seconds: a test's outcome may not depend on time.
/// </remarks>
static class Fuzz
{
    const long MostBytes = 1L << 30;

    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    static readonly Type[] Unnamed =
    [
        typeof(NullReferenceException), typeof(IndexOutOfRangeException), typeof(DivideByZeroException), typeof(KeyNotFoundException),
        typeof(InvalidCastException),
        typeof(OverflowException), typeof(OutOfMemoryException), typeof(EndOfStreamException), typeof(FormatException),
    ];

    static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : null;

    static int Seed => Number("ATTENTION_FUZZ_SEED") ?? 1;

    /// <summary>How many of all are asked for; null as a test.</summary>
    static int? Count => Number("ATTENTION_FUZZ_COUNT");

    /// <param name="usual">How many as a test.</param>
    /// <param name="kinds">Kinds of files that share what the command asks for.</param>
    /// <param name="damage">Makes something damaged.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="isOurs">Whether an error is ours to name; unset: every one.</param>
    public static void Run(int usual, int kinds, Func<Random, byte[]> damage, Action<byte[]> read, Func<Exception, bool>? isOurs = null)
    {
        var random = new Random(Seed);
        var rounds = Count is { } all ? (all + kinds - 1) / kinds : usual;
        var (refused, slowest) = (0, TimeSpan.Zero);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = damage(random);
            var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            try
            {
                read(bytes);
            }
            catch (Exception e)
            {
                var error = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
                if ((isOurs is null || isOurs(error)) && !IsNamed(error))
                    Assert.Fail($"{error}\nin round {round} of seed {Seed}, reading {Convert.ToBase64String(bytes)}");
                refused++;
            }
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
            if (GC.GetAllocatedBytesForCurrentThread() - before is > MostBytes and var allocated)
                Assert.Fail($"{allocated} bytes were allocated in round {round} of seed {Seed}, reading {Convert.ToBase64String(bytes)}");
            if (Count is not null && took > MostTime)
                Assert.Fail($"It took {took} in round {round} of seed {Seed}, reading {Convert.ToBase64String(bytes)}");
        }
        if (Count is not null)
            Console.WriteLine(FormattableString.Invariant(
                $"{rounds} from seed {Seed}: {refused} refused, the rest read; the slowest took {slowest.TotalSeconds:0.00} s."));
        Assert.IsInRange(rounds / 20, rounds * 199 / 200, refused, "Damage that always or never shows tests nothing.");
    }

    /// <summary>What it is about is named: in quotes, or, as it is an option of this machine, the execution provider.</summary>
    static bool IsNamed(Exception error) => !Unnamed.Contains(error.GetType())
        && (error.Message.Contains('\'') || error.Message.StartsWith("Execution provider ", StringComparison.Ordinal))
        && error is InvalidDataException or NotSupportedException or ArgumentException or InvalidOperationException;

    /// <summary>Some bits are turned over, bytes replaced, inserted or taken out, or the end cut off.</summary>
    public static byte[] Damage(byte[] file, Random random)
    {
        var damaged = file.ToList();
        for (var times = random.Next(1, 5); times > 0 && damaged.Count > 0; times--)
        {
            var place = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 0: damaged[place] ^= (byte)(1 << random.Next(8)); break;
                case 1: damaged[place] = (byte)random.Next(256); break;
                case 2: damaged.Insert(place, damaged[random.Next(damaged.Count)]); break;
                case 3: damaged.RemoveAt(place); break;
                case 4 when random.Next(4) == 0: damaged.RemoveRange(place, damaged.Count - place); break;
            }
        }
        return [.. damaged];
    }
}
