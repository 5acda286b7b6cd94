using Microsoft.ML.Attention.Text.Folders;

namespace Microsoft.ML.Attention.Text.Families;

/// <summary>LLaMA, Mistral, Qwen2 and Qwen3: rotations, RMS norms, gates, shared keys; Qwen3 normalizes queries and keys. Touvron et al.
/// 2023; Yang et al. 2025.</summary>
static class LlamaFamily
{
    public static ModelPlan Plan(JsonFields config)
    {
        var type = config.Text("model_type");
        if (config.TextOrNull("hidden_act") is not (null or "silu"))
            throw config.Refused("hidden_act", "of these models' gates, silu's is there.");
        if (config.Number("partial_rotary_factor", 1) != 1)
            throw config.Refused("partial_rotary_factor", "heads are turned as a whole here.");
        if (config.Number("attention_multiplier", 1) != 1 || config.Number("embedding_multiplier", 1) != 1)
            throw config.Refused("embedding_multiplier", "embeddings are not multiplied here.");
        var width = config.Size("hidden_size");
        var layers = config.Size("num_hidden_layers");
        if (layers > 1000)
            throw config.Wrong("num_hidden_layers", "at most 1000");
        var heads = config.Size("num_attention_heads");
        var keyValueHeads = config.CountOrNull("num_key_value_heads") ?? heads;
        if (keyValueHeads == 0 || heads % keyValueHeads != 0)
            throw config.Wrong("num_key_value_heads", $"a number that divides the {heads} heads");
        var headDimension = config.Has("head_dim")
            ? config.Size("head_dim")
            : config.HeadsThatDivide("num_attention_heads", width) is var all ? width / all : 0;
        var rope = config.ObjectOrNull("rope_parameters");
        return new ModelPlan(new MultiHeadAttentionOptions
        {
            ModelDimension = width,
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = keyValueHeads == heads ? null : keyValueHeads,
            HeadDimension = headDimension * heads == width ? null : headDimension,
            IsCausal = true,
            LayerWindowSizes = Windows(config, type, layers),
            NormalizeQueriesAndKeys = type == "qwen3",
            Block = AttentionBlock.Encoder,
            NumberOfLayers = layers,
            NormalizationOrder = NormalizationOrder.Pre,
            Normalization = Normalization.RmsNorm,
            NormalizationEpsilon = config.Epsilon("rms_norm_eps", 1e-6),
            FeedForwardDimension = config.Size("intermediate_size"),
            Activation = Activation.SiluGated,
            FinalNormalization = true,
            PositionalEncoding = PositionalEncoding.Rotary,
            RotaryBase = Base(rope ?? config, "rope_theta", 10_000),
            RotaryScaling = Scaling(rope ?? config.ObjectOrNull("rope_scaling")),
        }, config.Size("vocab_size"), config.Size("max_position_embeddings"), VocabularyKind.TokenizerFileOnly);
    }

    public static double Base(JsonFields config, string name, double otherwise) =>
        config.Number(name, otherwise) is > 1 and var rotaryBase ? rotaryBase : throw config.Wrong(name, "a number above 1");

    /// <summary>A window of n tokens counts the token itself.</summary>
    static int?[]? Windows(JsonFields config, string type, int layers)
    {
        var isUsed = type switch { "mistral" => true, "qwen2" or "qwen3" => config.Flag("use_sliding_window"), _ => false };
        if (!isUsed || config.CountOrNull("sliding_window") is not int window)
            return null;
        if (window == 0)
            throw config.Wrong("sliding_window", "a whole number from 1 on");
        var types = config.Texts("layer_types");
        if (types.Count > 0 && types.Count != layers)
            throw config.Wrong("layer_types", $"one for each of {layers} layers");
        // Qwen's layers from max_window_layers on have the window; Mistral's all do.
        var first = type == "mistral" ? 0 : config.CountOrNull("max_window_layers") ?? layers;
        return [.. Enumerable.Range(0, layers)
            .Select(layer => (types.Count > 0 ? types[layer] == "sliding_attention" : layer >= first) ? (int?)(window - 1) : null)];
    }

    static RotaryScaling? Scaling(JsonFields? scaling)
    {
        switch (scaling?.TextOrNull("rope_type") ?? scaling?.TextOrNull("type") ?? "default")
        {
            case "default":
                return null;
            case "llama3":
                var low = scaling!.Number("low_freq_factor", 1);
                var high = scaling.Number("high_freq_factor", 4);
                if (!(low > 0 && high > low))
                    throw scaling.Wrong("high_freq_factor", "a number above low_freq_factor, and that above 0");
                return new RotaryScaling
                {
                    Factor = scaling.Number("factor", 8) is >= 1 and var factor
                        ? factor
                        : throw scaling.Wrong("factor", "a number from 1 on"),
                    LowFrequencyFactor = low,
                    HighFrequencyFactor = high,
                    OriginalLength = scaling.Size("original_max_position_embeddings"),
                };
            default:
                throw scaling!.Refused(scaling.Has("rope_type") ? "rope_type" : "type",
                    "of the ways to scale rotations, llama3's is there.");
        }
    }
}
