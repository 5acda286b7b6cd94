using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>LLaMA, Mistral and Qwen, and Phi-3, which fuses what they project separately.</summary>
static class Llama
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = "layers",
        AttentionPaths = ["self_attn."],
        InLayer = new Dictionary<string, string>
        {
            ["self_attn.q_proj."] = QueryProjection,
            ["self_attn.k_proj."] = KeyProjection,
            ["self_attn.v_proj."] = ValueProjection,
            ["self_attn.qkv_proj."] = FusedProjection,
            ["self_attn.o_proj."] = OutProjection,
            ["self_attn.q_norm."] = QueryNorm,
            ["self_attn.k_norm."] = KeyNorm,
            ["mlp.gate_proj."] = LinearGate,
            ["mlp.up_proj."] = Linear1,
            ["mlp.gate_up_proj."] = FusedGate,
            ["mlp.down_proj."] = Linear2,
            ["input_layernorm."] = Norm1,
            ["post_attention_layernorm."] = Norm2,
        },
        BesideLayers = new Dictionary<string, string> { ["norm."] = FinalNorm, ["embed_tokens."] = Embedding },
        Buffers = ["self_attn.rotary_emb.inv_freq"],
    };
}
