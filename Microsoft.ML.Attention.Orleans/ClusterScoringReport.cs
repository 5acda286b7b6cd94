namespace Microsoft.ML.Attention.Orleans;

/// <summary>What became of files scored on a cluster.</summary>
public sealed record ClusterScoringReport
{
    /// <summary>Rows scored now.</summary>
    public required long Rows { get; init; }

    /// <summary>Row groups scored now, a file of scores each.</summary>
    public required int Parts { get; init; }

    /// <summary>Row groups whose scores an earlier run had written.</summary>
    public required int SkippedParts { get; init; }

    /// <summary>Seconds from the call to the last part.</summary>
    public required double Seconds { get; init; }

    /// <summary>Calls that were made again, because a silo was lost or late.</summary>
    public required int Retries { get; init; }

    /// <summary>Seconds that passed at most between two parts' answers.</summary>
    public required double LongestWait { get; init; }

    /// <summary>The silos that answered, and the rows of each.</summary>
    public required IReadOnlyDictionary<string, long> Silos { get; init; }

    /// <summary>One line: rows, parts, seconds, retries, silos.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Rows} rows in {Parts} parts ({SkippedParts} were there) in {Seconds:0.0} s, {Retries} retries, longest wait {LongestWait:0.0} s; {string.Join(", ", Silos.Select(silo => $"{silo.Key}: {silo.Value}"))}");
}
