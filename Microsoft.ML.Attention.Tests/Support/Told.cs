namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Keeps what Fit reports after each epoch, and may do something about it.</summary>
sealed class Told(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Epochs { get; } = [];

    public void Report(TrainingProgress value)
    {
        Epochs.Add(value);
        then?.Invoke(value);
    }
}
