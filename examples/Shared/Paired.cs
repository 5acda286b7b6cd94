using System.Diagnostics;

namespace Examples;

/// <summary>Times several ways to do one thing in interleaved rounds,
/// so that a machine whose speed drifts drifts for all of them.</summary>
static class Paired
{
    /// <summary>Seconds of each way in each round, after one round that is not counted.</summary>
    public static double[][] Measure(int rounds, params Action[] ways)
    {
        var seconds = ways.Select(_ => new double[rounds]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var watch = Stopwatch.StartNew();
                ways[way]();
                if (round >= 0)
                    seconds[way][round] = watch.Elapsed.TotalSeconds;
            }
        }
        return seconds;
    }

    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median over the rounds of one way's seconds divided by another's.</summary>
    public static double Ratio(double[] a, double[] b) => a.Zip(b, (x, y) => x / y).Median();
}
