using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerEncoder: the names that are also ours.</summary>
static class PyTorch
{
    static readonly string[] Stems =
        [InProjection, QueryProjection, KeyProjection, ValueProjection, OutProjection, QueryNorm, KeyNorm, Linear1, Linear2, LinearGate,
            Norm1, Norm2];

    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = ModuleNames.Layers,
        AttentionPaths = [SelfAttention],
        InLayer = Stems.ToDictionary(stem => stem),
        BesideLayers = new Dictionary<string, string> { [FinalNorm] = FinalNorm },
    };
}
