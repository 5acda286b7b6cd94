namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>A tensor that a file holds.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Read">Reads it; throws when it cannot be used. Not called for what nobody asked for.</param>
/// <param name="IsOutIn">Known to be a matrix of <c>[out, in]</c>, whatever the dialect of the names says.</param>
sealed record CheckpointTensor(string Name, Func<AttentionTensor> Read, bool IsOutIn = false)
{
    /// <summary>Whether it holds floating point numbers, as parameters do; what is left out otherwise are counters, masks and ids. As
    /// costly as to open its file.</summary>
    public Func<bool> IsFloat { get; init; } = () => true;
}
