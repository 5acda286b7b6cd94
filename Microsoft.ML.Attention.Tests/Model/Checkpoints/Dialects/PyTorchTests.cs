namespace Microsoft.ML.Attention.Tests.Model.CheckpointDialects;

[TestClass]
public sealed class PyTorchTests
{
    [TestMethod]
    public void Attention_Packed_StaysAsItIs()
    {
        var file = new TinyCheckpoint { { "in_proj_weight", 6, 2 }, { "in_proj_bias", 6 }, { "out_proj.weight", 2, 2 },
            { "out_proj.bias", 2 } };
        TensorAssert.Holds(file.Load(),
            ("in_proj_weight", [file["in_proj_weight"]]), ("in_proj_bias", [file["in_proj_bias"]]),
            ("out_proj.weight", [file["out_proj.weight"]]),
            ("out_proj.bias", [file["out_proj.bias"]]));
    }

    [TestMethod]
    public void Attention_SeparateButEqualShapes_IsPacked()
    {
        var file = new TinyCheckpoint { { "q_proj_weight", 2, 3 }, { "k_proj_weight", 2, 3 }, { "v_proj_weight", 2, 3 },
            { "in_proj_bias", 6 } };
        TensorAssert.Holds(file.Load(),
            ("in_proj_weight", [file["q_proj_weight"], file["k_proj_weight"], file["v_proj_weight"]]),
            ("in_proj_bias", [file["in_proj_bias"]]));
    }

    [TestMethod]
    public void Attention_OfOtherKeyAndValueWidths_StaysSeparate()
    {
        var file = new TinyCheckpoint { { "q_proj_weight", 4, 4 }, { "k_proj_weight", 4, 5 }, { "v_proj_weight", 4, 3 },
            { "in_proj_bias", 12 } };
        TensorAssert.Holds(file.Load(),
            ("q_proj_weight", [file["q_proj_weight"]]), ("k_proj_weight", [file["k_proj_weight"]]),
            ("v_proj_weight", [file["v_proj_weight"]]),
            ("in_proj_bias", [file["in_proj_bias"]]));
    }

    [TestMethod]
    [DataRow("bias_k")]
    [DataRow("self_attn.bias_v")]
    public void Attention_WithAnExtraKey_IsRefusedByItsName(string extra)
    {
        var file = new TinyCheckpoint { { "m.in_proj_weight", 6, 2 }, { $"m.{extra}", 1, 1, 2 } };
        var error = Assert.ThrowsExactly<NotSupportedException>(() => file.Load("m."));
        Assert.Contains($"'m.{extra}'", error.Message);
    }

    static TinyCheckpoint Encoder(string scope) => new()
    {
        { scope + "layers.0.self_attn.in_proj_weight", 6, 2 }, { scope + "layers.0.linear1.weight", 3, 2 },
        { scope + "layers.0.norm2.bias", 2 },
        { scope + "layers.10.self_attn.in_proj_weight", 6, 2 }, { scope + "layers.1.self_attn.in_proj_weight", 6, 2 },
        { scope + "norm.weight", 2 },
        { "head.weight", 5, 2 },
    };

    [TestMethod]
    [DataRow("")]
    [DataRow("body.")]
    [DataRow("body.transformer_encoder.")]
    public void Encoder_InWhateverScope_IsNamedFromItsLayersOn(string scope)
    {
        var file = Encoder(scope);
        TensorAssert.Holds(file.Load(),
            ("layers.0.self_attn.in_proj_weight", [file[scope + "layers.0.self_attn.in_proj_weight"]]),
            ("layers.0.linear1.weight", [file[scope + "layers.0.linear1.weight"]]),
            ("layers.0.norm2.bias", [file[scope + "layers.0.norm2.bias"]]),
            ("layers.1.self_attn.in_proj_weight", [file[scope + "layers.1.self_attn.in_proj_weight"]]),
            ("layers.10.self_attn.in_proj_weight", [file[scope + "layers.10.self_attn.in_proj_weight"]]),
            ("norm.weight", [file[scope + "norm.weight"]]),
            ("head.weight", [file["head.weight"]]));
    }

    [TestMethod]
    [DataRow("body.layers.1.")]
    [DataRow("body.layers.1")]
    public void Layer_UnderItsPrefix_IsThatLayerAlone(string prefix)
    {
        var file = Encoder("body.");
        TensorAssert.Holds(file.Load(prefix), ("self_attn.in_proj_weight", [file["body.layers.1.self_attn.in_proj_weight"]]));
    }

    [TestMethod]
    public void EncoderAndDecoder_WithoutAPrefix_StayAsTheyAre()
    {
        var file = new TinyCheckpoint { { "encoder.layers.0.self_attn.q_proj_weight", 2, 2 },
            { "decoder.layers.0.self_attn.in_proj_weight", 6, 2 } };
        Assert.AreSequenceEqual(["decoder.layers.0.self_attn.in_proj_weight", "encoder.layers.0.self_attn.q_proj_weight"],
            file.Load().Names);
    }

    [TestMethod]
    public void CrossAttention_OfADecoder_LoadsUnderItsPrefix()
    {
        var file = new TinyCheckpoint { { "layers.0.self_attn.in_proj_weight", 6, 2 }, { "layers.0.multihead_attn.in_proj_weight", 6, 2 },
            { "layers.0.multihead_attn.out_proj.bias", 2 } };
        TensorAssert.Holds(file.Load("layers.0.multihead_attn."),
            ("in_proj_weight", [file["layers.0.multihead_attn.in_proj_weight"]]),
            ("out_proj.bias", [file["layers.0.multihead_attn.out_proj.bias"]]));
    }

    [TestMethod]
    public void OurOwnNames_AroundTheLayers_StayAsTheyAre()
    {
        var file = new TinyCheckpoint
        {
            { "self_attn.in_proj_weight", 6, 2 }, { "embedding.weight", 9, 2 }, { "input.0.weight", 2, 3 }, { "position.weight", 4, 2 },
            { "mask_token", 2 }, { "input_mean", 3 },
            { "self_attn.q_norm.weight", 2 }, { "pool.query", 2 }, { "norm.bias", 2 },
        };
        Assert.AreSequenceEqual(
            ["embedding.weight", "input.0.weight", "input_mean", "mask_token", "norm.bias", "pool.query", "position.weight",
                "self_attn.in_proj_weight", "self_attn.q_norm.weight"], file.Load().Names);
    }
}
