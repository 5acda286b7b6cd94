using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>Hugging Face BERT, RoBERTa and the sentence encoders made of them.</summary>
static class Bert
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = "layer",
        ListScope = "encoder.",
        AttentionPaths = ["attention.", "attention.self."],
        InLayer = new Dictionary<string, string>
        {
            ["attention.self.query."] = QueryProjection,
            ["attention.self.key."] = KeyProjection,
            ["attention.self.value."] = ValueProjection,
            ["attention.self.in_proj_"] = InProjection, // what a fused graph holds, see OnnxCheckpoint
            ["attention.output.dense."] = OutProjection,
            ["attention.output.LayerNorm."] = Norm1,
            ["intermediate.dense."] = Linear1,
            ["output.dense."] = Linear2,
            ["output.LayerNorm."] = Norm2,
        },
        BesideLayers = new Dictionary<string, string>
        {
            ["embeddings.word_embeddings."] = Embedding,
            ["embeddings.position_embeddings."] = Position,
            ["embeddings.token_type_embeddings."] = TokenType,
            ["embeddings.LayerNorm."] = EmbeddingNorm,
        },
        Buffers = ["embeddings.position_ids", "embeddings.token_type_ids"],
    };
}
