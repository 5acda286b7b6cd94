namespace Microsoft.ML.Attention.Model.CheckpointDialects;

/// <summary>Every dialect that is recognized.</summary>
static class KnownDialects
{
    /// <summary>Where two could have a name, the first is meant.</summary>
    public static IReadOnlyList<CheckpointDialect> All { get; } = [PyTorch.Dialect, Bert.Dialect, Gpt2.Dialect, Llama.Dialect, T5.Dialect];
}
