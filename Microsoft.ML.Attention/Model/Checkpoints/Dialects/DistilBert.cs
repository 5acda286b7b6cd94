using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>DistilBERT: BERT without token types, under names of its own. Sanh et al. 2019.</summary>
static class DistilBert
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = "layer",
        ListScope = "transformer.",
        AttentionPaths = ["attention."],
        InLayer = new Dictionary<string, string>
        {
            ["attention.q_lin."] = QueryProjection,
            ["attention.k_lin."] = KeyProjection,
            ["attention.v_lin."] = ValueProjection,
            ["attention.out_lin."] = OutProjection,
            ["sa_layer_norm."] = Norm1,
            ["ffn.lin1."] = Linear1,
            ["ffn.lin2."] = Linear2,
            ["output_layer_norm."] = Norm2,
        },
        BesideLayers = new Dictionary<string, string>
        {
            ["embeddings.word_embeddings."] = Embedding,
            ["embeddings.position_embeddings."] = Position,
            ["embeddings.LayerNorm."] = EmbeddingNorm,
        },
        Buffers = ["embeddings.position_ids"],
    };
}
