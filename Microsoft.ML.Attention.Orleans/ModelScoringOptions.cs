namespace Microsoft.ML.Attention.Orleans;

/// <summary>How a silo scores. Set in <see cref="OrleansScoring.AddModelScoring"/>.</summary>
public sealed class ModelScoringOptions
{
    /// <summary>Batches, file parts and trials that the silo works on at once, at least 1; further ones wait. Default: the processor count,
    /// which keeps every core busy also where a model runs on one thread.</summary>
    public int MaxConcurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>Models, and data sets of searches, that the silo keeps when nothing uses them, at least 1; beyond that the one unused for
    /// longest is disposed. Default: 4.</summary>
    public int MaxModels { get; set; } = 4;

    /// <summary>A folder that silos and clients share, where models lie as <c>SHA-256.zip</c>; it is asked before the cluster. Default:
    /// none, models come through the cluster.</summary>
    public string? SharedFolder { get; set; }

    /// <summary>Makes the context that models are loaded into and trials learn in; it decides the GPU (<c>GpuDeviceId</c>,
    /// <c>FallbackToCpu</c>). Default: a plain <see cref="MLContext"/>.</summary>
    public Func<MLContext> CreateContext { get; set; } = () => new MLContext();
}
