namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>A tensor's name without its last word: <c>linear1.</c> of <c>linear1.weight</c>, <c>in_proj_</c> of
/// <c>in_proj_bias</c>.</summary>
/// <remarks>The constants are our own, which are PyTorch's where it has one.</remarks>
static class Stem
{
    // In a layer.
    public const string SelfAttention = "self_attn.";
    public const string InProjection = SelfAttention + "in_proj_";
    public const string QueryProjection = SelfAttention + "q_proj_";
    public const string KeyProjection = SelfAttention + "k_proj_";
    public const string ValueProjection = SelfAttention + "v_proj_";
    public const string OutProjection = SelfAttention + "out_proj.";
    public const string QueryNorm = SelfAttention + "q_norm.";
    public const string KeyNorm = SelfAttention + "k_norm.";
    public const string Norm1 = "norm1.";
    public const string Norm2 = "norm2.";
    public const string Linear1 = "linear1.";
    public const string Linear2 = "linear2.";
    public const string LinearGate = "linear_gate.";

    // Beside the layers.
    public const string FinalNorm = "norm.";
    public const string Embedding = "embedding.";
    public const string Position = "position.";
    public const string TokenType = "token_type.";
    public const string EmbeddingNorm = "embedding_norm.";
    public const string RelativeBias = "relative_bias.";

    // Kept, so that who uses the parameters can refuse what it would leave out: T5 adds a learned number to each score.
    public const string RelativePositions = SelfAttention + "relative_attention_bias.";

    // Only until CheckpointProjections has taken them apart.
    public const string FusedProjection = SelfAttention + "qkv_proj_";
    public const string FusedGate = "linear_gate_up.";

    /// <summary>The stem and the last word of a name.</summary>
    public static (string Stem, string Word) Split(string name)
    {
        var word = name.AsSpan().LastIndexOfAny('.', '_') + 1;
        return (name[..word], name[word..]);
    }

    /// <summary>Whether a name ends so, at a dot or as a whole.</summary>
    public static bool EndsWith(string name, string path) =>
        name.EndsWith(path, StringComparison.Ordinal) && (name.Length == path.Length || name[^(path.Length + 1)] == '.');
}
