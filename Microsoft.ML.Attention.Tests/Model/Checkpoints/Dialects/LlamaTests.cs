namespace Microsoft.ML.Attention.Tests.Model.CheckpointDialects;

[TestClass]
public sealed class LlamaTests
{
    const string Layer = "model.layers.0.";

    [TestMethod]
    public void Model_WithGroupedQueries_KeepsProjectionsSeparateAndOneBias()
    {
        var file = new TinyCheckpoint
        {
            { "model.embed_tokens.weight", 7, 4 }, { "model.norm.weight", 4 }, { "lm_head.weight", 7, 4 },
            { Layer + "self_attn.rotary_emb.inv_freq", 1 },
            { Layer + "self_attn.q_proj.weight", 4, 4 }, { Layer + "self_attn.k_proj.weight", 2, 4 },
            { Layer + "self_attn.v_proj.weight", 2, 4 },
            { Layer + "self_attn.o_proj.weight", 4, 4 },
            { Layer + "self_attn.q_proj.bias", 4 }, { Layer + "self_attn.k_proj.bias", 2 }, { Layer + "self_attn.v_proj.bias", 2 },
            { Layer + "self_attn.q_norm.weight", 2 }, { Layer + "self_attn.k_norm.weight", 2 }, { Layer + "input_layernorm.weight", 4 },
            { Layer + "post_attention_layernorm.weight", 4 },
            { Layer + "mlp.gate_proj.weight", 3, 4 }, { Layer + "mlp.up_proj.weight", 3, 4 }, { Layer + "mlp.down_proj.weight", 4, 3 },
        };
        TensorAssert.Holds(file.Load(),
            ("embedding.weight", [file["model.embed_tokens.weight"]]), ("norm.weight", [file["model.norm.weight"]]),
            ("lm_head.weight", [file["lm_head.weight"]]),
            ("layers.0.self_attn.q_proj_weight", [file[Layer + "self_attn.q_proj.weight"]]),
            ("layers.0.self_attn.k_proj_weight", [file[Layer + "self_attn.k_proj.weight"]]),
            ("layers.0.self_attn.v_proj_weight", [file[Layer + "self_attn.v_proj.weight"]]),
            ("layers.0.self_attn.out_proj.weight", [file[Layer + "self_attn.o_proj.weight"]]),
            ("layers.0.self_attn.in_proj_bias",
                [file[Layer + "self_attn.q_proj.bias"], file[Layer + "self_attn.k_proj.bias"], file[Layer + "self_attn.v_proj.bias"]]),
            ("layers.0.self_attn.q_norm.weight", [file[Layer + "self_attn.q_norm.weight"]]),
            ("layers.0.self_attn.k_norm.weight", [file[Layer + "self_attn.k_norm.weight"]]),
            ("layers.0.norm1.weight", [file[Layer + "input_layernorm.weight"]]),
            ("layers.0.norm2.weight", [file[Layer + "post_attention_layernorm.weight"]]),
            ("layers.0.linear_gate.weight", [file[Layer + "mlp.gate_proj.weight"]]),
            ("layers.0.linear1.weight", [file[Layer + "mlp.up_proj.weight"]]),
            ("layers.0.linear2.weight", [file[Layer + "mlp.down_proj.weight"]]));
    }

    [TestMethod]
    public void Attention_OfEqualShapes_IsPackedAndAMissingBiasIsZero()
    {
        var file = new TinyCheckpoint
        {
            { "self_attn.q_proj.weight", 2, 2 }, { "self_attn.k_proj.weight", 2, 2 }, { "self_attn.v_proj.weight", 2, 2 },
            { "self_attn.q_proj.bias", 2 },
            { "self_attn.v_proj.bias", 2 },
        };
        TensorAssert.Holds(file.Load("self_attn."),
            ("in_proj_weight", [file["self_attn.q_proj.weight"], file["self_attn.k_proj.weight"], file["self_attn.v_proj.weight"]]),
            ("in_proj_bias", [file["self_attn.q_proj.bias"], new([2], new float[2]), file["self_attn.v_proj.bias"]]));
    }

    [TestMethod]
    public void Layer_FusedAsInPhi3_IsTakenApart()
    {
        var file = new TinyCheckpoint { { "self_attn.qkv_proj.weight", 8, 3 }, { "self_attn.qkv_proj.bias", 8 },
            { "self_attn.o_proj.weight", 3, 4 },
            { "mlp.gate_up_proj.weight", 4, 3 }, { "mlp.down_proj.weight", 3, 2 } };
        var parameters = file.Load();
        Assert.AreSequenceEqual(
            ["linear1.weight", "linear2.weight", "linear_gate.weight", "self_attn.in_proj_bias",
             "self_attn.k_proj_weight", "self_attn.out_proj.weight", "self_attn.q_proj_weight", "self_attn.v_proj_weight"],
         parameters.Names);
        TensorAssert.AreEqual(new([4, 3], Enumerable.Range(1000, 12).Select(i => (float)i).ToArray()),
            parameters["self_attn.q_proj_weight"]);
        TensorAssert.AreEqual(new([2, 3], Enumerable.Range(1012, 6).Select(i => (float)i).ToArray()),
            parameters["self_attn.k_proj_weight"]);
        TensorAssert.AreEqual(new([2, 3], Enumerable.Range(1018, 6).Select(i => (float)i).ToArray()),
            parameters["self_attn.v_proj_weight"]);
        TensorAssert.AreEqual(file["self_attn.qkv_proj.bias"], parameters["self_attn.in_proj_bias"]);
        TensorAssert.AreEqual(new([2, 3], Enumerable.Range(4000, 6).Select(i => (float)i).ToArray()), parameters["linear_gate.weight"]);
        TensorAssert.AreEqual(new([2, 3], Enumerable.Range(4006, 6).Select(i => (float)i).ToArray()), parameters["linear1.weight"]);
    }

    [TestMethod]
    public void Attention_FusedWithAsManyKeys_IsPacked()
    {
        var file = new TinyCheckpoint { { "qkv_proj.weight", 12, 3 }, { "o_proj.weight", 3, 4 } };
        TensorAssert.Holds(file.Load(), ("in_proj_weight", [file["qkv_proj.weight"]]), ("out_proj.weight", [file["o_proj.weight"]]));
    }
}
