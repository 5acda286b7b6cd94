namespace Microsoft.ML.Attention.Training;

/// <summary>What training is told by those who started it, and tells them.</summary>
/// <param name="Log">A line for the log.</param>
/// <param name="CheckCanceled">Throws <see cref="OperationCanceledException"/> when it should stop; asked before every step.</param>
sealed record TrainingEnvironment(Action<string> Log, Action CheckCanceled)
{
    /// <summary>A line for the log that its reader should not overlook. Default: as any other.</summary>
    public Action<string> Warn { get; init; } = Log;
}
