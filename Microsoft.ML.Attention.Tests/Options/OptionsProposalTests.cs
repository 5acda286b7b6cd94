using Microsoft.ML.Attention.Tests.Model;

namespace Microsoft.ML.Attention.Tests.Options;

/// <summary>What names and shapes tell of each dialect, and what they do not.</summary>
[TestClass]
public sealed class OptionsProposalTests
{
    [TestMethod]
    public void Attention_OfPyTorch_HasItsWidthsAndAllElseOpen()
    {
        var proposal =
            Propose(new() { { "in_proj_weight", 24, 8 }, { "in_proj_bias", 24 }, { "out_proj.weight", 8, 8 }, { "out_proj.bias", 8 } });

        Is(new() { EmbeddingDimension = 8, NumberOfHeads = 8 }, proposal);
        OpenAre(proposal, "NumberOfHeads", "PositionalEncoding", "IsCausal");
        Assert.Contains("8 rows of queries divide into as many heads as 1, 2, 4, 8; proposed is 8.", proposal.Undecided[0]);
    }

    [TestMethod]
    public void CrossAttention_OfOtherWidths_AsksForItsColumns()
    {
        var proposal = Propose(new() { { "q_proj_weight", 6, 6 }, { "k_proj_weight", 6, 5 }, { "v_proj_weight", 6, 3 },
            { "out_proj.weight", 6, 6 } }, 2);

        Is(new() { EmbeddingDimension = 6, KeyDimension = 5, ValueDimension = 3, NumberOfHeads = 2, UseBias = false }, proposal);
        OpenAre(proposal, "KeyColumnName and ValueColumnName", "PositionalEncoding", "IsCausal");
    }

    [TestMethod]
    public void Encoder_OfPyTorch_IsAPostNormStack()
    {
        TinyCheckpoint file = [];
        foreach (var layer in (string[])["layers.0.", "layers.1."])
            AddEncoderLayer(file, layer);

        var proposal = Propose(file, 2);

        Is(new()
        {
            EmbeddingDimension = 4,
            NumberOfHeads = 2,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            FeedForwardDimension = 6
        }, proposal);
        OpenAre(proposal, "Activation", "NormalizationOrder", "NormalizationEpsilon", "PositionalEncoding", "IsCausal");
    }

    [TestMethod]
    public void Bert_WithItsEmbeddings_NormalizesThemAndHasTokenTypes()
    {
        const string Layer = "bert.encoder.layer.0.";
        var proposal = Propose(new()
        {
            { "bert.embeddings.word_embeddings.weight", 7, 4 }, { "bert.embeddings.position_embeddings.weight", 5, 4 },
            { "bert.embeddings.token_type_embeddings.weight", 2, 4 },
            { "bert.embeddings.LayerNorm.weight", 4 }, { "bert.embeddings.LayerNorm.bias", 4 }, { "bert.pooler.dense.weight", 4, 4 },
            { Layer + "attention.self.query.weight", 4, 4 }, { Layer + "attention.self.query.bias", 4 },
            { Layer + "attention.self.key.weight", 4, 4 }, { Layer + "attention.self.key.bias", 4 },
            { Layer + "attention.self.value.weight", 4, 4 }, { Layer + "attention.self.value.bias", 4 },
            { Layer + "attention.output.dense.weight", 4, 4 }, { Layer + "attention.output.LayerNorm.weight", 4 },
            { Layer + "attention.output.LayerNorm.bias", 4 }, { Layer + "intermediate.dense.weight", 6, 4 },
            { Layer + "output.dense.weight", 4, 6 }, { Layer + "output.LayerNorm.weight", 4 }, { Layer + "output.LayerNorm.bias", 4 },
        }, 2);

        Is(new()
        {
            ModelDimension = 4,
            NumberOfHeads = 2,
            Block = AttentionBlock.Encoder,
            FeedForwardDimension = 6,
            PositionalEncoding = PositionalEncoding.Learned,
            MaximumLength = 5,
            NumberOfTokenTypes = 2,
            EmbeddingNormalization = true,
        }, proposal);
        OpenAre(proposal, "Activation", "NormalizationOrder", "NormalizationEpsilon", "IsCausal", "Parameters");
        Assert.Contains("bert.pooler.dense.weight are no part", proposal.Undecided[^1]);
    }

    [TestMethod]
    public void Gpt2_HasIdsAndLearnedPositionsAndPreNorms()
    {
        var proposal = Propose(new()
        {
            { "wte.weight", 7, 4 }, { "wpe.weight", 5, 4 }, { "ln_f.weight", 4 }, { "ln_f.bias", 4 }, { "h.0.ln_1.weight", 4 },
            { "h.0.ln_1.bias", 4 }, { "h.0.ln_2.weight", 4 }, { "h.0.ln_2.bias", 4 },
            { "h.0.attn.c_attn.weight", 4, 12 }, { "h.0.attn.c_attn.bias", 12 }, { "h.0.attn.c_proj.weight", 4, 4 },
            { "h.0.mlp.c_fc.weight", 4, 16 }, { "h.0.mlp.c_proj.weight", 16, 4 },
        }, 2);

        Is(new()
        {
            ModelDimension = 4,
            NumberOfHeads = 2,
            Block = AttentionBlock.Encoder,
            FeedForwardDimension = 16,
            NormalizationOrder = NormalizationOrder.Pre,
            PositionalEncoding = PositionalEncoding.Learned,
            MaximumLength = 5,
        }, proposal);
        OpenAre(proposal, "Activation", "NormalizationOrder", "NormalizationEpsilon", "IsCausal");
    }

    [TestMethod]
    public void Qwen_WithQueryNorms_TellsItsHeadsItself()
    {
        const string Layer = "model.layers.0.";
        var proposal = Propose(new()
        {
            { "model.embed_tokens.weight", 7, 4 }, { "model.norm.weight", 4 }, { "lm_head.weight", 7, 4 },
            { Layer + "self_attn.q_proj.weight", 12, 4 }, { Layer + "self_attn.k_proj.weight", 6, 4 },
            { Layer + "self_attn.v_proj.weight", 6, 4 }, { Layer + "self_attn.o_proj.weight", 4, 12 },
            { Layer + "self_attn.q_norm.weight", 3 }, { Layer + "self_attn.k_norm.weight", 3 }, { Layer + "input_layernorm.weight", 4 },
            { Layer + "post_attention_layernorm.weight", 4 },
            { Layer + "mlp.gate_proj.weight", 6, 4 }, { Layer + "mlp.up_proj.weight", 6, 4 }, { Layer + "mlp.down_proj.weight", 4, 6 },
        });

        Is(new()
        {
            ModelDimension = 4,
            NumberOfHeads = 4,
            NumberOfKeyValueHeads = 2,
            HeadDimension = 3,
            UseBias = false,
            NormalizeQueriesAndKeys = true,
            Block = AttentionBlock.Encoder,
            FeedForwardDimension = 6,
            Activation = Activation.SiluGated,
            Normalization = Normalization.RmsNorm,
            NormalizationOrder = NormalizationOrder.Pre,
            PositionalEncoding = PositionalEncoding.Rotary,
        }, proposal);
        OpenAre(proposal, "Normalization", "NormalizationOrder", "NormalizationEpsilon", "PositionalEncoding and RotaryBase", "IsCausal",
            "Parameters");
        Assert.Contains("lm_head.weight", proposal.Undecided[^1]);
    }

    [TestMethod]
    public void OurOwn_WithAnInputProjectionAndPooling_IsWhatItWas()
    {
        TinyCheckpoint file = new() { { "input.weight", 4, 3 }, { "input_mean", 3 }, { "input_scale", 3 }, { "pool.query", 4 } };
        AddEncoderLayer(file, "");

        Is(new()
        {
            EmbeddingDimension = 3,
            ModelDimension = 4,
            NumberOfHeads = 2,
            StandardizeInputs = true,
            Block = AttentionBlock.Encoder,
            FeedForwardDimension = 6,
            Pooling = AttentionPooling.Attention
        }, Propose(file, 2));
    }

    [TestMethod]
    public void OurOwn_WithPatchesAConvolutionAndAClassToken_IsWhatItWas_ButForTheStride()
    {
        TinyCheckpoint file = new() { { "patch.weight", 4, 6 }, { "input_mean", 3 }, { "input_scale", 3 },
            { "convolution.weight", 4, 1, 5 }, { "convolution.bias", 4 }, { "class_token", 4 }, { "position.weight", 7, 4 } };
        AddEncoderLayer(file, "");

        var proposal = Propose(file, 2);

        Is(new()
        {
            EmbeddingDimension = 3,
            ModelDimension = 4,
            NumberOfHeads = 2,
            PatchLength = 2,
            ConvolutionWidth = 5,
            PositionalEncoding = PositionalEncoding.Learned,
            MaximumLength = 7,
            StandardizeInputs = true,
            Block = AttentionBlock.Encoder,
            FeedForwardDimension = 6,
            Pooling = AttentionPooling.Class
        }, proposal);
        Assert.IsTrue(proposal.Undecided.Any(sentence => sentence.StartsWith("PatchStride:", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void OurOwn_OfATable_HasATokenForEachElementAndItsBins()
    {
        TinyCheckpoint file = new() { { "element.weight", 3, 8, 4 }, { "element.bias", 3, 4 }, { "element.missing", 3, 4 },
            { "element.bins", 3, 9 }, { "class_token", 4 } };
        AddEncoderLayer(file, "");

        var options = Propose(file, 2).Options;

        Assert.AreEqual((true, 8, 4, AttentionPooling.Class),
            (options.TokenPerElement, options.ElementBins, options.ModelDimension, options.Pooling));
    }

    [TestMethod]
    public void HeadsThatDoNotDivide_AreRefused()
    {
        var file = new TinyCheckpoint { { "in_proj_weight", 24, 8 }, { "out_proj.weight", 8, 8 } };

        var error = Assert.Throws<ArgumentException>(() => Propose(file, 3));

        Assert.Contains("The 8 rows of queries are not a multiple of 3 heads.", error.Message);
    }

    [TestMethod]
    public void TensorsWithoutAttention_AreRefusedByTheirNames()
    {
        var error = Assert.Throws<ArgumentException>(() => Propose(new() { { "classifier.weight", 2, 8 } }));

        Assert.Contains("neither 'in_proj_weight' nor 'q_proj_weight'", error.Message);
        Assert.Contains("They have: classifier.weight.", error.Message);
    }

    static void AddEncoderLayer(TinyCheckpoint file, string layer)
    {
        file.Add(layer + "self_attn.in_proj_weight", 12, 4);
        file.Add(layer + "self_attn.in_proj_bias", 12);
        file.Add(layer + "self_attn.out_proj.weight", 4, 4);
        file.Add(layer + "linear1.weight", 6, 4);
        file.Add(layer + "linear2.weight", 4, 6);
        foreach (var norm in (string[])["norm1.", "norm2."])
        {
            file.Add(layer + norm + "weight", 4);
            file.Add(layer + norm + "bias", 4);
        }
    }

    static OptionsProposal Propose(TinyCheckpoint file, int? numberOfHeads = null) =>
        MultiHeadAttentionOptions.FromCheckpoint(file.Load(), numberOfHeads);

    static void Is(MultiHeadAttentionOptions expected, OptionsProposal proposal) =>
        Assert.AreEqual(expected, proposal.Options with { Parameters = null });

    /// <summary>Each sentence begins with the option that it is about.</summary>
    static void OpenAre(OptionsProposal proposal, params string[] options) =>
        Assert.AreSequenceEqual(options, proposal.Undecided.Select(sentence => sentence[..sentence.IndexOf(':')]));
}
