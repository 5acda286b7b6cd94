namespace Microsoft.ML.Attention;

/// <summary>Options that fit the tensors of a checkpoint, and what tensors alone do not tell. Made by
/// <see cref="MultiHeadAttentionOptions.FromCheckpoint"/>.</summary>
public sealed class OptionsProposal
{
    internal OptionsProposal(MultiHeadAttentionOptions options, IReadOnlyList<string> undecided)
    {
        Options = options;
        Undecided = undecided;
    }

    /// <summary>The options, with the tensors as their <see cref="MultiHeadAttentionOptions.Parameters"/>.
    /// They name no columns yet: say which with <c>with</c>.</summary>
    public MultiHeadAttentionOptions Options { get; }

    /// <summary>One sentence for each option that is left to whoever knows the model: its name, what speaks for which value,
    /// and what was proposed.</summary>
    public IReadOnlyList<string> Undecided { get; }
}
