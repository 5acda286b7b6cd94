using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Tests.Model.Parameters;

/// <summary>Tensors that change what a model computes are refused by name; others that are not used are listed.</summary>
[TestClass]
public sealed class TensorsNotComputedTests
{
    static TinyCheckpoint Layer => new()
    {
        { "model.layers.0.self_attn.q_proj.weight", 4, 4 }, { "model.layers.0.self_attn.k_proj.weight", 4, 4 },
        { "model.layers.0.self_attn.v_proj.weight", 4, 4 },
        { "model.layers.0.self_attn.o_proj.weight", 4, 4 }, { "model.layers.0.mlp.gate_proj.weight", 8, 4 },
        { "model.layers.0.mlp.up_proj.weight", 8, 4 },
        { "model.layers.0.mlp.down_proj.weight", 4, 8 }, { "model.layers.0.input_layernorm.weight", 4 },
        { "model.layers.0.post_attention_layernorm.weight", 4 },
        { "model.norm.weight", 4 },
    };

    static MultiHeadAttentionEstimator Stage(AttentionParameters parameters) =>
        new MLContext(1).Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Y",
            InputColumnNames = ["X"],
            EmbeddingDimension = 4,
            NumberOfHeads = 2,
            Parameters = parameters,
        });

    [TestMethod]
    [DataRow("self_attn.sinks", "an attention sink")]
    [DataRow("self_attn.gate_proj.weight", "a gate on what the heads give")]
    [DataRow("self_attn.q_proj.lora_A.weight", "an adapter")]
    [DataRow("self_attn.q_proj.lora_B.default.weight", "an adapter")]
    [DataRow("self_attn.o_proj.weight_scale", "what a quantized projection is scaled by")]
    [DataRow("self_attn.o_proj.scales", "what a quantized projection is scaled by")]
    [DataRow("self_attn.rel_pos_bias", "a table of relative positions")]
    [DataRow("rel_pos_bias.weight", "a table of relative positions")]
    public void WhatChangesAttention_IsRefusedByName_WhenProposedAndWhenFitted(string tensor, string what)
    {
        var name = $"model.layers.0.{tensor}";
        var parameters = new TinyCheckpoint { { "model.layers.0.self_attn.q_proj.weight", 4, 4 },
            { "model.layers.0.self_attn.k_proj.weight", 4, 4 },
            { "model.layers.0.self_attn.v_proj.weight", 4, 4 }, { "model.layers.0.self_attn.o_proj.weight", 4, 4 },
            { name, 2 } }.Load("model.layers.0.");
        foreach (var refused in (Action[])[() => MultiHeadAttentionOptions.FromCheckpoint(parameters), () => Stage(parameters).Fit(Rows)])
            Assert.StartsWith($"'{tensor}' is {what}", Assert.ThrowsExactly<NotSupportedException>(refused).Message);
    }

    [TestMethod]
    [DataRow("mlp.experts.0.up_proj.weight", "of a mixture of experts")]
    [DataRow("mlp.up_proj.lora_A.weight", "an adapter")]
    [DataRow("pre_feedforward_layernorm.weight", "a norm where a stage has none")]
    public void WhatChangesALayer_IsRefused_WhereTheLayerIsComputed(string tensor, string what)
    {
        var layer = Layer;
        layer.Add($"model.layers.0.{tensor}", 2);
        Assert.StartsWith($"'layers.0.{tensor}' is {what}",
            Assert.ThrowsExactly<NotSupportedException>(() => MultiHeadAttentionOptions.FromCheckpoint(layer.Load("model."))).Message);
        TensorsNotComputed.Refuse(layer.Load("model."), hasBlock: false);
    }

    [TestMethod]
    public void ALayerAsItShouldBe_IsNotRefused_AndNothingIsListed()
    {
        var proposal = MultiHeadAttentionOptions.FromCheckpoint(Layer.Load("model."));
        Assert.IsFalse(proposal.Undecided.Any(line => line.StartsWith("Parameters:", StringComparison.Ordinal)),
            string.Join('\n', proposal.Undecided));
    }

    [TestMethod]
    public void EveryTensorThatIsNotUsed_IsListed_ByNameAndAlikeTogether()
    {
        var layer = Layer;
        layer.Add("model.layers.0.self_attn.rotary.scaling", 2);
        layer.Add("model.layers.0.self_attn.q_norm.bias", 2);
        layer.Add("model.layers.0.input_layernorm.bias_correction", 4);
        layer.Add("model.extra.0.x", 1);
        layer.Add("model.extra.1.x", 1);
        var proposal = MultiHeadAttentionOptions.FromCheckpoint(layer.Load("model."));
        Assert.AreEqual("Parameters: extra.*.x (2), layers.0.input_layernorm.bias_correction, layers.0.self_attn.q_norm.bias, "
            + "layers.0.self_attn.rotary.scaling are no part of this stage, and are left out.",
            proposal.Undecided[^1]);
    }

    [TestMethod]
    public void Fit_LogsTheTensorsThatItLeavesOut()
    {
        var parameters = new TinyCheckpoint { { "in_proj_weight", 12, 4 }, { "out_proj.weight", 4, 4 }, { "decoder.weight", 4, 4 } }.Load();
        var ml = new MLContext(1);
        var lines = new List<string>();
        ml.Log += (_, e) => lines.Add(e.Message);
        using var stage = ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Y",
            InputColumnNames = ["X"],
            EmbeddingDimension = 4,
            NumberOfHeads = 2,
            Parameters = parameters
        }).Fit(Rows);
        Assert.IsTrue(lines.Any(line =>
            line.Contains("Left out of the parameters, because they are no part of this stage: decoder.weight.",
                StringComparison.Ordinal)));
    }

    // Ids, masks and counters are beside the encoders of real files.
    [TestMethod]
    public void TensorsOfWholeNumbers_BesideAnAttention_AreLeftOutAndListed()
    {
        var file = SafetensorsFile.OfZeros(("in_proj_weight", "F32", [12, 4]), ("out_proj.weight", "F32", [4, 4]),
            ("position_ids", "I64", [1, 2]), ("mask", "BOOL", [2]));
        var parameters = Attention.Model.Checkpoints.SafetensorsCheckpoint.Load(new MemoryStream(file), "file", "");
        Assert.AreSequenceEqual(["in_proj_weight", "out_proj.weight"], parameters.Names);
        Assert.AreEqual("Parameters: mask, position_ids are no part of this stage, and are left out.",
            MultiHeadAttentionOptions.FromCheckpoint(parameters).Undecided[^1]);
    }

    [TestMethod]
    public void AProjectionOfWholeNumbers_IsAnErrorThatNamesTheRemedy()
    {
        var file = SafetensorsFile.OfZeros(("in_proj_weight", "I8", [12, 4]), ("out_proj.weight", "F32", [4, 4]));
        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            Attention.Model.Checkpoints.SafetensorsCheckpoint.Load(new MemoryStream(file), "file", ""));
        Assert.AreEqual("Tensor 'in_proj_weight' of 'file' holds I8; only F64, F32, F16, BF16 can be read. Load the model as it was "
            + "before it was quantized; Precision quantizes it here.", error.Message);
    }

    static IDataView Rows => new MLContext(1).Data.LoadFromEnumerable([new Row { X = new float[8] }]);

    sealed class Row
    {
        [Microsoft.ML.Data.VectorType(2, 4)]
        public float[] X { get; set; } = [];
    }
}
