using Microsoft.ML.Attention.Text.Folders;

namespace Microsoft.ML.Attention.Text.Families;

/// <summary>ModernBERT: rotations in place of a table, local and global layers, gated pre-norm encoders without biases.
/// Warner et al. 2024.</summary>
static class ModernBertFamily
{
    public static ModelPlan Plan(JsonFields config)
    {
        var width = config.Size("hidden_size");
        var layers = config.Size("num_hidden_layers");
        if (layers > 1000)
            throw config.Wrong("num_hidden_layers", "at most 1000");
        if ((config.TextOrNull("hidden_activation") ?? "gelu") != "gelu")
            throw config.Refused("hidden_activation", "of ModernBERT's gates, gelu's is there.");
        var window = config.CountOrNull("local_attention") ?? 128;
        var isGlobal = Globals(config, layers);
        var bases = config.ObjectOrNull("rope_parameters");
        var globalBase = Base(bases?.ObjectOrNull("full_attention"), config, "global_rope_theta", 160_000);
        var localBase = Base(bases?.ObjectOrNull("sliding_attention"), config, "local_rope_theta",
            globalBase == 160_000 ? 10_000 : globalBase);
        return new ModelPlan(new MultiHeadAttentionOptions
        {
            ModelDimension = width,
            NumberOfHeads = config.HeadsThatDivide("num_attention_heads", width),
            Block = AttentionBlock.Encoder,
            NumberOfLayers = layers,
            NormalizationOrder = NormalizationOrder.Pre,
            NormalizationEpsilon = config.Epsilon("norm_eps", 1e-5),
            FeedForwardDimension = config.Size("intermediate_size"),
            Activation = Activation.GeluGated,
            EmbeddingNormalization = true,
            FinalNormalization = true,
            PositionalEncoding = PositionalEncoding.Rotary,
            LayerWindowSizes = [.. isGlobal.Select(global => global ? (int?)null : window / 2)],
            LayerRotaryBases = [.. isGlobal.Select(global => global ? globalBase : localBase)],
        }, config.Size("vocab_size"), config.Size("max_position_embeddings"), VocabularyKind.TokenizerFileOnly);
    }

    static bool[] Globals(JsonFields config, int layers)
    {
        var every = config.CountOrNull("global_attn_every_n_layers") ?? 3;
        if (every == 0)
            throw config.Wrong("global_attn_every_n_layers", "a whole number from 1 on");
        var types = config.Texts("layer_types");
        if (types.Count > 0 && (types.Count != layers || types.Any(type => type is not ("full_attention" or "sliding_attention"))))
            throw config.Wrong("layer_types", $"full_attention or sliding_attention for each of {layers} layers");
        return [.. Enumerable.Range(0, layers).Select(layer => types.Count > 0 ? types[layer] == "full_attention" : layer % every == 0)];
    }

    static double Base(JsonFields? parameters, JsonFields config, string name, double otherwise)
    {
        if (parameters is not null && (parameters.TextOrNull("rope_type") ?? "default") != "default")
            throw parameters.Refused("rope_type", "ModernBERT's rotations are not scaled here.");
        return LlamaFamily.Base(parameters ?? config, parameters is null ? name : "rope_theta", otherwise);
    }
}
