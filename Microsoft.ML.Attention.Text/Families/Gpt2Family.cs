using Microsoft.ML.Attention.Text.Folders;

namespace Microsoft.ML.Attention.Text.Families;

/// <summary>GPT-2: a learned table of positions, causal pre-norm layers. Radford et al. 2019.</summary>
static class Gpt2Family
{
    public static ModelPlan Plan(JsonFields config)
    {
        if (!config.Flag("scale_attn_weights", true))
            throw config.Refused("scale_attn_weights", "scores are scaled here.");
        if (config.Flag("scale_attn_by_inverse_layer_idx"))
            throw config.Refused("scale_attn_by_inverse_layer_idx", "all layers scale their scores alike here.");
        if (config.Flag("add_cross_attention"))
            throw config.Refused("add_cross_attention", "there is no text to attend to.");
        var width = config.Size("n_embd");
        var positions = config.Has("n_positions") ? config.Size("n_positions") : config.Size("n_ctx");
        return new ModelPlan(new MultiHeadAttentionOptions
        {
            ModelDimension = width,
            NumberOfHeads = config.HeadsThatDivide("n_head", width),
            IsCausal = true,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = config.Size("n_layer"),
            NormalizationOrder = NormalizationOrder.Pre,
            NormalizationEpsilon = config.Epsilon("layer_norm_epsilon", 1e-5),
            FeedForwardDimension = config.CountOrNull("n_inner") is int inner and > 0 ? inner : checked(4 * width),
            Activation = config.Activation("activation_function", "gelu_new"),
            FinalNormalization = true,
            PositionalEncoding = PositionalEncoding.Learned,
            MaximumLength = positions,
        }, config.Size("vocab_size"), positions, VocabularyKind.Gpt2);
    }
}
