using Microsoft.ML.Attention.Text.Folders;

namespace Microsoft.ML.Attention.Text.Families;

/// <summary>BERT and what was made of it: normalized embeddings, a learned table of positions, post-norm encoders.
/// Devlin et al. 2019.</summary>
static class BertFamily
{
    public static ModelPlan Bert(JsonFields config)
    {
        CheckPositions(config);
        return Encoder(config, "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
            VocabularyKind.Bert) is var plan
            ? plan with { Options = plan.Options with { NumberOfTokenTypes = config.Size("type_vocab_size") } } : plan;
    }

    /// <summary>RoBERTa and XLM-R, whose first token has position 2: 1 is that of padding. Liu et al. 2019; Conneau et al. 2020.</summary>
    public static ModelPlan Roberta(JsonFields config)
    {
        CheckPositions(config);
        var plan = Encoder(config, "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
            config.Text("model_type") == "xlm-roberta" ? VocabularyKind.XlmRoberta : VocabularyKind.Roberta);
        var types = config.Size("type_vocab_size");
        return Offset(config, plan with { Options = plan.Options with { NumberOfTokenTypes = types } });
    }

    /// <summary>DistilBERT, without token types. Sanh et al. 2019.</summary>
    public static ModelPlan DistilBert(JsonFields config)
    {
        // sinusoidal_pos_embds says how the table was made; it is stored like a learned one.
        var plan = Encoder(config, "dim", "n_layers", "n_heads", "hidden_dim", "activation", VocabularyKind.Bert);
        return plan with { Options = plan.Options with { NormalizationEpsilon = 1e-12 } };
    }

    /// <summary>MPNet, with positions of both kinds, and RoBERTa's offset. Song et al. 2020.</summary>
    public static ModelPlan Mpnet(JsonFields config)
    {
        var plan = Encoder(config, "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
            VocabularyKind.Mpnet);
        if (config.CountOrNull("relative_attention_num_buckets") is < 4 or > 1024)
            throw config.Wrong("relative_attention_num_buckets", "a number from 4 to 1024");
        return Offset(config, plan with { Options = plan.Options with { PositionalEncoding = PositionalEncoding.RelativeBuckets } });
    }

    static ModelPlan Encoder(JsonFields config, string width, string layers, string heads, string inner, string activation,
        VocabularyKind vocabulary)
    {
        if (config.Flag("is_decoder"))
            throw config.Refused("is_decoder", "a decoder among encoders.");
        var size = config.Size(width);
        var positions = config.Size("max_position_embeddings");
        return new ModelPlan(new MultiHeadAttentionOptions
        {
            ModelDimension = size,
            NumberOfHeads = config.HeadsThatDivide(heads, size),
            Block = AttentionBlock.Encoder,
            NumberOfLayers = config.Size(layers),
            FeedForwardDimension = config.Size(inner),
            Activation = config.Activation(activation, "gelu"),
            NormalizationEpsilon = config.Epsilon("layer_norm_eps", 1e-12),
            EmbeddingNormalization = true,
            PositionalEncoding = PositionalEncoding.Learned,
            MaximumLength = positions,
        }, config.Size("vocab_size"), positions, vocabulary);
    }

    static ModelPlan Offset(JsonFields config, ModelPlan plan)
    {
        var offset = (config.CountOrNull("pad_token_id") ?? 1) + 1;
        if (offset >= plan.MaximumTokens)
            throw config.Wrong("pad_token_id",
                $"a number that leaves some of the {plan.MaximumTokens} positions of max_position_embeddings");
        return plan with
        {
            Options = plan.Options with { PositionOffset = offset, MaximumLength = plan.MaximumTokens - offset },
            MaximumTokens = plan.MaximumTokens - offset
        };
    }

    static void CheckPositions(JsonFields config)
    {
        if (config.TextOrNull("position_embedding_type") is not (null or "absolute"))
            throw config.Refused("position_embedding_type", "of BERT's kinds of positions, absolute is there.");
    }
}
