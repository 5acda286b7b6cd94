using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention;

/// <summary>What a stage has of the context that made it: a log, a seed, devices, and whether to stop.</summary>
sealed class StageEnvironment(IHostEnvironment environment)
{
    /// <summary>The context's seed; null where it has none.</summary>
    public int? Seed => MLNetInternals.SeedOf(environment);

    /// <summary>Lines of <c>MLContext.Log</c>, until it is disposed.</summary>
    public StageLog Log(string stage, string work) => new(environment.Register(stage).Start(work));

    /// <inheritdoc cref="ProviderSession.Choose"/>
    public ProviderSession Provider(AttentionRuntimeOptions options, Action<string> warn) =>
        ProviderSession.Choose(options, MLNetInternals.GpuDeviceIdOf(environment), MLNetInternals.FallbackToCpuOf(environment), warn);

    /// <exception cref="OperationCanceledException">The caller, or the environment, asks to stop what is named.</exception>
    public void CheckCanceled(string work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (MLNetInternals.IsCanceled(environment))
            throw new OperationCanceledException($"{work} was canceled by its environment.");
    }
}

/// <summary>What a stage says while it works.</summary>
sealed class StageLog(IChannel channel) : IDisposable
{
    public void Info(string line) => channel.Info(MessageSensitivity.None, "{0}", line);

    public void Warn(string line) => channel.Warning(MessageSensitivity.None, "{0}", line);

    public void Dispose() => channel.Dispose();
}
