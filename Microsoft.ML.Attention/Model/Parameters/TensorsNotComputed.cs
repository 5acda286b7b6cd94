namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Tensors by which a model computes something that a stage does not: without them its numbers would be wrong,
/// and nothing would show it.</summary>
static class TensorsNotComputed
{
    const string Relative = "a table of relative positions, as T5 has",
        Adapter = "an adapter that was not merged into its projection (PEFT: merge_and_unload)",
        Quantized = "what a quantized projection is scaled by (load the model as it was before; Precision quantizes it here)",
        Gate = "a gate on what the heads give", Sink = "an attention sink, a score that no token has",
        Latent = "a projection through a latent space, as DeepSeek has",
        Experts = "of a mixture of experts", LayerScale = "a scale of a layer's branch, as vision transformers have",
        ExtraNorm = "a norm where a stage has none, as Gemma 2 has";

    /// <summary>By a word between the dots of a name; one that ends with * begins so.</summary>
    static readonly (string Word, string What)[] InAttention =
    [
        ("relative_attention_bias", Relative), ("relative_attention_bias_table", Relative), ("relative_position_bias_table", Relative),
        ("relative_position_bias", Relative), ("rel_pos_*", Relative), ("rel_embeddings", Relative), ("rel_attn_bias", Relative),
        ("distance_embedding", Relative), ("pos_bias_u", Relative), ("pos_bias_v", Relative), ("r_r_bias", Relative),
        ("r_w_bias", Relative), ("linear_pos", Relative),
        ("sinks", Sink), ("sink", Sink), ("attention_sinks", Sink), ("attn_sinks", Sink),
        ("lora_*", Adapter), ("ia3_l", Adapter), ("adapter*", Adapter),
        ("qweight", Quantized), ("qzeros", Quantized), ("scales", Quantized), ("g_idx", Quantized), ("weight_scale*", Quantized),
        ("weight_zero_point", Quantized),
        ("weight_packed", Quantized), ("absmax", Quantized), ("quant_map", Quantized), ("quant_state", Quantized),
        ("nested_absmax", Quantized), ("SCB", Quantized),
        ("k_scale", Quantized), ("v_scale", Quantized), ("input_scale", Quantized), ("output_scale", Quantized),
        ("activation_scale", Quantized),
        ("gate_proj", Gate), ("g_proj", Gate), ("attn_gate", Gate), ("out_gate", Gate), ("head_gate", Gate),
        ("q_a_proj", Latent), ("kv_a_proj_with_mqa", Latent), ("kv_b_proj", Latent),
        ("logit_scale", "a learned scale of the scores, as Swin v2 has"), ("head_scale", "a learned scale of the heads"),
        ("lambda_q1", "of differential attention"),
    ];

    /// <summary>What is no attention's, but its layer's: it matters where the layer is computed, and not its attention alone.</summary>
    static readonly (string Word, string What)[] InLayer =
    [
        ("experts", Experts), ("shared_expert*", Experts), ("block_sparse_moe", Experts),
        ("layer_scale*", LayerScale), ("ls1", LayerScale), ("ls2", LayerScale), ("gamma_1", LayerScale), ("gamma_2", LayerScale),
        ("pre_feedforward_layernorm", ExtraNorm), ("post_feedforward_layernorm", ExtraNorm), ("attn_sub_norm", ExtraNorm),
        ("ffn_sub_norm", ExtraNorm),
    ];

    static readonly string[] Attention = ["self_attn", "attention", "attn", "SelfAttention", "self_attention"];

    /// <summary>Modules of a layer that are not its attention.</summary>
    static readonly string[] OtherModules =
        ["mlp", "linear1", "linear2", "linear_gate", "intermediate", "output", "ffn", "feed_forward", "fc1", "fc2",
            .. InLayer.Select(entry => entry.Word)];

    /// <param name="given">Tensors, and the names of those that were left out when they were loaded.</param>
    /// <param name="hasBlock">Whether layers are computed, and not an attention alone.</param>
    /// <exception cref="NotSupportedException">The attention, or the layer, has one of these.</exception>
    public static void Refuse(AttentionParameters given, bool hasBlock)
    {
        foreach (var name in given.Names.Concat(given.LeftOut))
            if (What(name, hasBlock) is { } what)
                throw new NotSupportedException($"'{name}' is {what}; attention with one is not supported." +
                    " Where it belongs to another part of the model, load this part alone, by its prefix.");
    }

    static string? What(string name, bool hasBlock)
    {
        var words = name.Split('.');
        if (name == ModuleNames.ScaleOf(TokenRole.Input) || name == "logit_scale")
            return null; // beside the layers: by the first Fit standardizes, by the second a model compares its outputs
        var isAttention = words.Any(Attention.Contains) || !words.Any(word => OtherModules.Any(other => Is(word, other)));
        if (!isAttention && !hasBlock)
            return null;
        var known = isAttention ? InAttention : [.. InLayer, .. InAttention.Where(entry => entry.What is Adapter or Quantized)];
        return known.FirstOrDefault(entry => words.Any(word => Is(word, entry.Word))).What;
    }

    static bool Is(string word, string known) =>
        known[^1] == '*' ? word.StartsWith(known.AsSpan(0, known.Length - 1), StringComparison.Ordinal) : word == known;
}
