using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>ModernBERT, whose first layer has no attention norm. Warner et al. 2024.</summary>
static class ModernBert
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = "layers",
        AttentionPaths = ["attn."],
        InLayer = new Dictionary<string, string>
        {
            ["attn_norm."] = Norm1,
            ["attn.Wqkv."] = InProjection,
            ["attn.Wo."] = OutProjection,
            ["mlp_norm."] = Norm2,
            ["mlp.Wi."] = FusedGate,
            ["mlp.Wo."] = Linear2,
        },
        BesideLayers = new Dictionary<string, string>
        {
            ["embeddings.tok_embeddings."] = Embedding,
            ["embeddings.norm."] = EmbeddingNorm,
            ["final_norm."] = FinalNorm,
        },
    };
}
