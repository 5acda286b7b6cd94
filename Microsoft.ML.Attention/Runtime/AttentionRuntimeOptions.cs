using System.Text;
using System.Text.Json.Serialization;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention;

/// <summary>Where and how the stage runs. Never changes a result beyond rounding, <see cref="Precision"/> apart.</summary>
public sealed record AttentionRuntimeOptions
{
    /// <summary>Rows of one session run at most, and read ahead for it; at least 1. Default: 256,
    /// beyond which throughput no longer grew on 2 cores.</summary>
    /// <remarks>
    /// Runs of long rows take fewer, so that they stay in the caches. Of rows of unequal lengths up to eight times as many are read ahead,
    /// so that enough of each length come together. Read ahead are 4 MiB at most (16 MiB of ragged rows), or one row.
    /// </remarks>
    public int BatchSize { get; init; } = Defaults.ScoringBatchSize;

    /// <summary>The execution provider. Default: the CPU; with a GPU device id, CUDA,
    /// then whatever GPU provider the native library offers.</summary>
    public ExecutionProvider? ExecutionProvider { get; init; }

    /// <summary>The GPU to run on, counted from 0. Default: <see cref="MLContext.GpuDeviceId"/>. Not saved with the model.</summary>
    [JsonIgnore]
    public int? GpuDeviceId { get; init; }

    /// <summary>Run on the CPU when the provider asked for cannot be used, with a warning in the log; otherwise that is an error. Default:
    /// <see cref="MLContext.FallbackToCpu"/>. Not saved with the model.</summary>
    [JsonIgnore]
    public bool? FallbackToCpu { get; init; }

    /// <summary>The arithmetic of scoring. Default: <see cref="AttentionPrecision.Float32"/>. One that the execution provider does not have
    /// is an error, also after falling back to the CPU.</summary>
    public AttentionPrecision Precision { get; init; }

    /// <summary>Threads on the CPU that scoring, or learning, runs on at once; at least 1. Default: one a core.</summary>
    /// <remarks>Scoring gives each a run of its own; where there are fewer rows than threads, as with one long row,
    /// a run has them all.</remarks>
    public int? IntraOpThreads { get; init; }

    /// <summary>A last word on the session options, after all of the above. Not saved with the model.</summary>
    [JsonIgnore]
    public Action<SessionOptions>? ConfigureSession { get; init; }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
