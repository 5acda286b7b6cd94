namespace Microsoft.ML.Attention.Orleans;

/// <summary>How a client, or a coordinator within the cluster, has rows scored. A value: immutable, varied with <c>with</c>.</summary>
public sealed record ClusterScoringOptions
{
    internal const int MostBytes = 64 << 20;

    internal static readonly TimeSpan DefaultLateAfter = TimeSpan.FromSeconds(5);

    /// <summary>The schema that the model's inputs have on the silos. Default: the one that <see cref="ModelPath"/> was saved with; without
    /// that, the schema of the view. Files need one of the two.</summary>
    public DataViewSchema? InputSchema { get; init; }

    /// <summary>The file that the model was loaded from: the silos get its bytes as they are. Default: the model is saved, which gives
    /// other bytes, and so another name on the silos, only when the model is another.</summary>
    public string? ModelPath { get; init; }

    /// <summary>A folder that this process and the silos share: the model is written there and not sent. The silos'
    /// <see cref="ModelScoringOptions.SharedFolder"/> must be the same one. Default: none.</summary>
    public string? SharedFolder { get; init; }

    /// <summary>Rows in a batch at most, at least 1. Default: 2,048.</summary>
    public int BatchRows { get; init; } = 2048;

    /// <summary>Bytes in a batch at most, from 1 to 64 MiB, what Orleans still carries with ease (from 100 MB on it fails); a row that is
    /// larger goes by itself. Default: 4 MiB.</summary>
    public int BatchBytes { get; init; } = 4 << 20;

    /// <summary>Batches or file parts on their way at once, at least 1: what bounds memory here, and keeps the silos busy when it is about
    /// twice their cores. Default: 8.</summary>
    public int CallsInFlight { get; init; } = 8;

    /// <summary>
    /// After this time without a word from the silo that is at it a batch, part or trial is given to another one, and the first answer
    /// counts. Silos are asked every second whether they are at work, however long
    /// the work takes; a client outside the cluster learns of a lost or hanging silo by nothing else. Default: 5 seconds.
    /// </summary>
    public TimeSpan? LateAfter { get; init; }

    /// <summary>Failures of the cluster, a silo lost or no answer, after which one batch, part or trial is given up, at least 1. What the
    /// model or the rows are at fault for fails at once. Default: 8.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>The columns that files of scores have, of those that the model writes or passes on. Default: all that are not among the
    /// inputs; rows keep their order, so name a key column only where one is needed.</summary>
    public IReadOnlyList<string>? OutputColumnNames { get; init; }

    /// <summary>Told of each call that is made again, and why.</summary>
    public IProgress<string>? Retries { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    internal void Check()
    {
        Within(BatchRows, 1, int.MaxValue, nameof(BatchRows));
        Within(BatchBytes, 1, MostBytes, nameof(BatchBytes));
        Within(CallsInFlight, 1, int.MaxValue, nameof(CallsInFlight));
        Within(MaxAttempts, 1, int.MaxValue, nameof(MaxAttempts));
        if (LateAfter is { } late && late <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(LateAfter), late, "LateAfter must be positive.");

        static void Within(int value, int least, int most, string name)
        {
            if (value < least || value > most)
                throw new ArgumentOutOfRangeException(name, value,
                    most == int.MaxValue ? $"{name} must be at least {least}." : $"{name} must be from {least} to {most}.");
        }
    }
}
