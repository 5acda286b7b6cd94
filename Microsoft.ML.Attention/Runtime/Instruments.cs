using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>What the library tells of itself to whoever listens: metrics and activities under one name, and nothing,
/// at no cost, where nobody does.</summary>
static class Instruments
{
    /// <summary>What a listener asks for.</summary>
    public const string Name = "Microsoft.ML.Attention";

    static readonly string Version = typeof(Instruments).Assembly.GetName().Version!.ToString(3);
    static readonly Meter Meter = new(Name, Version);
    static readonly ActivitySource Activities = new(Name, Version);

    static readonly Counter<long> Rows = Meter.CreateCounter<long>("attention.rows", "{row}", "Rows scored.");
    static readonly Counter<long> Tokens =
        Meter.CreateCounter<long>("attention.tokens", "{token}", "Tokens of the rows scored, as they came.");
    static readonly Counter<long> Padding =
        Meter.CreateCounter<long>("attention.padding", "{token}", "Tokens added to rows that ran beside longer ones.");
    static readonly Counter<long> Failures = Meter.CreateCounter<long>("attention.failures", "{failure}",
        "Windows of rows and fits that ended in an error, by operation and error.type.");
    static readonly Histogram<double> RunSeconds =
        Meter.CreateHistogram<double>("attention.run.duration", "s", "Seconds of a run in a session; its count is the number of runs.");
    static readonly Histogram<double> FitSeconds =
        Meter.CreateHistogram<double>("attention.fit.duration", "s", "Seconds of a fit that learned; its count is the number of fits.");
    static readonly Counter<long> Epochs = Meter.CreateCounter<long>("attention.fit.epochs", "{epoch}", "Epochs learned.");
    static readonly Gauge<double> Loss = Meter.CreateGauge<double>("attention.fit.loss",
        description: "The loss of the last epoch, by the part of the rows: learned or validation.");

    /// <summary>Whether anyone wants to know of runs.</summary>
    static bool HearsRuns => RunSeconds.Enabled || Rows.Enabled || Tokens.Enabled || Padding.Enabled;

    /// <summary>A window's scoring, for traces; null when nobody listens.</summary>
    public static Activity? Scoring(int rows) => Activities.StartActivity("attention.score")?.SetTag("attention.rows", rows);

    /// <summary>A fit, for traces; null when nobody listens.</summary>
    public static Activity? Fitting(string objective) =>
        Activities.StartActivity("attention.fit")?.SetTag("attention.objective", objective);

    /// <summary>When a run began; 0 when nobody listens.</summary>
    public static long RunBegan() => HearsRuns ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Counts a run that ended.</summary>
    public static void RunEnded(long began, RaggedRows rows, LengthGroup group, ExecutionProvider provider)
    {
        if (began == 0)
            return;
        var tokens = 0L;
        foreach (var row in group.Rows)
            tokens += rows.Lengths(row).Queries;
        RunSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, KeyValuePair.Create("provider", (object?)provider.ToString()));
        Rows.Add(group.Rows.Count);
        Tokens.Add(tokens);
        Padding.Add((long)group.Rows.Count * group.Queries - tokens);
    }

    public static void EpochEnded(double loss, double? validation)
    {
        Epochs.Add(1);
        Loss.Record(loss, KeyValuePair.Create("part", (object?)"learned"));
        if (validation is { } held)
            Loss.Record(held, KeyValuePair.Create("part", (object?)"validation"));
    }

    public static void FitEnded(double seconds, string objective) =>
        FitSeconds.Record(seconds, KeyValuePair.Create("objective", (object?)objective));

    /// <summary>Counts a failure, which a cancellation is not; false, so that it can stand in an exception's filter,
    /// where the stack is still whole.</summary>
    public static bool Failed(string operation, Exception e, Activity? activity)
    {
        if (e is OperationCanceledException)
            return false;
        Failures.Add(1, KeyValuePair.Create("operation", (object?)operation),
            KeyValuePair.Create("error.type", (object?)e.GetType().FullName));
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        return false;
    }
}
