using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>GPT-2, whose linear layers are one-dimensional convolutions: <c>[in, out]</c>.</summary>
static class Gpt2
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        Layers = "h",
        AttentionPaths = ["attn."],
        IsTransposed = true,
        InLayer = new Dictionary<string, string>
        {
            ["attn.c_attn."] = InProjection,
            ["attn.c_proj."] = OutProjection,
            ["ln_1."] = Norm1,
            ["ln_2."] = Norm2,
            ["mlp.c_fc."] = Linear1,
            ["mlp.c_proj."] = Linear2,
        },
        BesideLayers = new Dictionary<string, string> { ["ln_f."] = FinalNorm, ["wte."] = Embedding, ["wpe."] = Position },
        Buffers = ["attn.bias", "attn.masked_bias"], // the causal mask and what it is filled with
    };
}
