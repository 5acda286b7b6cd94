using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>MPNet: BERT with relative positions in all layers beside those of the table. Song et al. 2020.</summary>
static class Mpnet
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = "layer",
        ListScope = "encoder.",
        AttentionPaths = ["attention.", "attention.attn."],
        InLayer = new Dictionary<string, string>
        {
            ["attention.attn.q."] = QueryProjection,
            ["attention.attn.k."] = KeyProjection,
            ["attention.attn.v."] = ValueProjection,
            ["attention.attn.o."] = OutProjection,
            ["attention.LayerNorm."] = Norm1,
            ["intermediate.dense."] = Linear1,
            ["output.dense."] = Linear2,
            ["output.LayerNorm."] = Norm2,
        },
        BesideLayers = new Dictionary<string, string>
        {
            ["embeddings.word_embeddings."] = Embedding,
            ["embeddings.position_embeddings."] = Position,
            ["embeddings.LayerNorm."] = EmbeddingNorm,
            ["encoder.relative_attention_bias."] = RelativeBias,
        },
        Buffers = ["embeddings.position_ids"],
    };
}
