namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>A tensor's name without its last word: <c>linear1.</c> of <c>linear1.weight</c>, <c>in_proj_</c> of
/// <c>in_proj_bias</c>.</summary>
/// <remarks>Those named here are our own, which are PyTorch's where it has one.</remarks>
static class Stem
{
    static readonly LayerScope Layer = new(TensorScope.Root);
    static readonly AttentionScope Attention = Layer.SelfAttention;

    // In a layer.
    public static readonly string SelfAttention = Attention.Scope.Stem, InProjection = Attention.InProjection.Stem,
        QueryProjection = Attention.QueryProjection.Stem, KeyProjection = Attention.KeyProjection.Stem,
        ValueProjection = Attention.ValueProjection.Stem, OutProjection = Attention.OutProjection.Stem,
        QueryNorm = Attention.QueryNorm.Stem, KeyNorm = Attention.KeyNorm.Stem, Norm1 = Layer.Norm1.Stem, Norm2 = Layer.Norm2.Stem,
        Linear1 = Layer.Linear1.Stem, Linear2 = Layer.Linear2.Stem, LinearGate = Layer.LinearGate.Stem;

    // Beside the layers.
    public static readonly string FinalNorm = ModuleNames.FinalNorm.Stem, Embedding = ModuleNames.Embedding.Stem,
        Position = ModuleNames.Position.Stem, TokenType = ModuleNames.TokenType.Stem, EmbeddingNorm = ModuleNames.EmbeddingNorm.Stem,
        RelativeBias = ModuleNames.RelativeBias.Stem;

    // Kept, so that who uses the parameters can refuse what it would leave out: T5 adds a learned number to each score.
    public static readonly string RelativePositions = Attention.Scope["relative_attention_bias"].Stem;

    // Only until CheckpointProjections has taken them apart.
    public static readonly string FusedProjection = Attention.FusedProjection.Stem, FusedGate = Layer.FusedGate.Stem;

    /// <summary>Where queries are projected, one of which every attention has.</summary>
    public static readonly IReadOnlyList<string> Queries = [InProjection, QueryProjection, FusedProjection];

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
