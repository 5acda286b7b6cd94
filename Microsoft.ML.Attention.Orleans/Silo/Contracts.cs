using Orleans.Concurrency;

namespace Microsoft.ML.Attention.Orleans.Silo;

/// <summary>Rows to score.</summary>
/// <param name="Model">The SHA-256 of the model's file.</param>
/// <param name="Outputs">The columns that are asked for.</param>
/// <param name="Rows">An Arrow record batch.</param>
[GenerateSerializer, Immutable, Alias("attention.batch")]
sealed record BatchRequest([property: Id(0)] string Model, [property: Id(1)] string[] Outputs, [property: Id(2)] ReadOnlyMemory<byte> Rows);

/// <summary>Work that takes longer than a call may: it is begun by one call and asked after by others.</summary>
[GenerateSerializer, Immutable, Alias("attention.work")]
abstract record WorkRequest;

/// <summary>A row group of a file that all silos can read, whose scores become a file of their own.</summary>
[GenerateSerializer, Immutable, Alias("attention.part")]
sealed record PartRequest([property: Id(0)] string Model, [property: Id(1)] string Input, [property: Id(2)] int RowGroup,
    [property: Id(3)] string[] Inputs, [property: Id(4)] string[] Outputs, [property: Id(5)] string Output)
    : WorkRequest;

/// <summary>One trial of a search.</summary>
/// <param name="Data">The SHA-256 of the rows.</param>
/// <param name="Trial">An <see cref="AttentionTrialRequest"/> as JSON.</param>
[GenerateSerializer, Immutable, Alias("attention.trial")]
sealed record TrialRequest([property: Id(0)] string Data, [property: Id(1)] string Trial) : WorkRequest;

enum AnswerKind
{
    Done,

    /// <summary>Still at work: ask again.</summary>
    Working,

    /// <summary>The silo knows nothing of this work: the one that did is gone.</summary>
    Unknown,

    /// <summary>Neither the silo nor the cluster has the file of this SHA-256: send it, and ask again.</summary>
    FileNeeded,

    /// <summary>The model or the rows are at fault: another silo would say the same.</summary>
    Failed,
}

/// <param name="Kind">What it means.</param>
/// <param name="Silo">Who answered.</param>
/// <param name="Rows">Rows that were scored.</param>
/// <param name="Bytes">Of a batch, the columns asked for, as an Arrow record batch.</param>
/// <param name="Scores">Of a trial, the metric of each fold.</param>
/// <param name="Failure">What went wrong.</param>
[GenerateSerializer, Immutable, Alias("attention.answer")]
sealed record Answer([property: Id(0)] AnswerKind Kind, [property: Id(1)] string Silo, [property: Id(2)] int Rows = 0,
    [property: Id(3)] ReadOnlyMemory<byte> Bytes = default,
    [property: Id(4)] double[]? Scores = null, [property: Id(5)] string? Failure = null);

/// <summary>Scores batches.</summary>
[Alias("attention.batches")]
interface IBatchGrain : IAddressable
{
    [Alias("score"), ResponseTimeout("01:00:00")]   // the caller asks after it
    Task<Answer> Score(Guid call, BatchRequest batch, CancellationToken cancellationToken);

    /// <summary>Whether the silo is at this call, or has it in its queue.</summary>
    [Alias("has")]
    Task<bool> Has(Guid call);
}

/// <summary>For clients outside the cluster: served on the silo where the call arrives. A client gives each key a gateway when it first
/// uses it, one after the other.</summary>
[Alias("attention.scorer")]
interface IScoringGrain : IBatchGrain, IGrainWithIntegerKey;

/// <summary>For a coordinator within the cluster, whose calls to stateless workers would all stay on its own silo:
/// placed anywhere.</summary>
[Alias("attention.placedScorer")]
interface IPlacedScoringGrain : IBatchGrain, IGrainWithGuidKey;

/// <summary>One piece of work, under a key of its own. Its calls are all short,
/// so that a silo that is gone or hangs is told from one that is at work.</summary>
[Alias("attention.worker")]
interface IWorkGrain : IGrainWithGuidKey
{
    [Alias("begin")]
    Task Begin(WorkRequest work);

    /// <summary>The outcome, or within a second that there is none yet.</summary>
    [Alias("wait")]
    Task<Answer> Wait();

    [Alias("cancel"), OneWay]
    Task Cancel();
}

/// <summary>A file in the cluster's memory, by its SHA-256, in chunks that messages carry.</summary>
[Alias("attention.file")]
interface IFileGrain : IGrainWithStringKey
{
    [Alias("put")]
    Task Put(int chunk, int chunks, ReadOnlyMemory<byte> bytes);

    /// <summary>How many chunks it has; 0 while some are missing.</summary>
    [Alias("chunks")]
    Task<int> Chunks();

    [Alias("get")]
    Task<ReadOnlyMemory<byte>> Get(int chunk);
}
