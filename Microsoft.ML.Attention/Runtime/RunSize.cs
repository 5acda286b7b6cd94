using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>How many rows of some length go into one run: enough to be worth the run, and few enough for the caches.</summary>
/// <param name="architecture">What runs.</param>
/// <param name="mostRows">The user's batch size.</param>
/// <param name="onCpu">Whether it runs on the CPU.</param>
/// <param name="mostCores">Cores that runs can use.</param>
/// <param name="holdsScores">Whether all scores of a long row are in memory at once.</param>
sealed class RunSize(Architecture architecture, int mostRows, bool onCpu, int mostCores, bool holdsScores)
{
    /// <summary>Numbers between a run's layers on the CPU (8 MiB). Measured at widths 64 and 256: runs of that size take 10 to 20 % less
    /// time a token than runs of eight times it.</summary>
    const long MostOnCpu = 2L << 20;

    /// <summary>The same on a GPU (64 MiB), where a launch costs more than a cache that is missed.</summary>
    const long MostOnGpu = 16L << 20;

    /// <summary>Whether rows of nearly one length run together, the shorter ones filled up and masked.
    /// On the CPU a mask costs more than another run.</summary>
    public bool Pads => !onCpu;

    /// <summary>Rows of one run at most when a window has so many: two runs for each core that they are worth, so that one that is done
    /// early has something left to do.</summary>
    public int Share(int rows, long tokens)
    {
        var cores = Cores(tokens);
        return cores == 1 ? rows : (rows + 2 * cores - 1) / (2 * cores);
    }

    /// <param name="queries">Query tokens in a row.</param>
    /// <param name="keys">Key tokens in a row.</param>
    public int Rows(int queries, int keys) => (int)Math.Clamp((onCpu ? MostOnCpu : MostOnGpu) / Numbers(queries, keys), 1, mostRows);

    /// <summary>Multiplications that keep one core busy for some 50 us; a second one is not worth waking for fewer.</summary>
    const long WorkOfACore = 1L << 21;

    /// <summary>Cores that the matrix products of so many tokens are worth.</summary>
    public int Cores(long tokens)
    {
        var a = architecture;
        var attention = (long)a.ModelDimension * (Queries + Keys + Values) + (long)Context * a.OutputDimension;
        return (int)Math.Min(1 + tokens * a.NumberOfLayers * (attention + 2L * a.ModelDimension * a.FeedForwardDimension) / WorkOfACore,
            mostCores);
    }

    /// <summary>What one row adds to a run: its tokens, their projections, the feed-forward network's inside, the scores.</summary>
    long Numbers(int queries, int keys)
    {
        var a = architecture;
        return (long)queries * (a.ModelDimension + Queries + Context + a.FeedForwardDimension + a.OutputDimension)
            + (long)keys * (Keys + Values)
            + (holdsScores || keys < ScoringPath.LongRow ? (long)a.NumberOfHeads * queries * keys : 0);
    }

    // Numbers in one token after its projection, before any head was pruned.
    int Queries => architecture.NumberOfHeads * architecture.HeadDimension;

    int Keys => architecture.NumberOfKeyValueHeads * architecture.HeadDimension;

    int Values => architecture.NumberOfKeyValueHeads * architecture.ValueHeadDimension;

    int Context => architecture.NumberOfHeads * architecture.ValueHeadDimension;
}
