namespace Microsoft.ML.Attention.Tests.Model.CheckpointDialects;

[TestClass]
public sealed class Gpt2Tests
{
    static TinyCheckpoint File(string scope) => new()
    {
        { scope + "wte.weight", 7, 2 }, { scope + "wpe.weight", 4, 2 }, { scope + "ln_f.weight", 2 }, { scope + "ln_f.bias", 2 },
        { scope + "h.0.ln_1.weight", 2 }, { scope + "h.0.ln_2.bias", 2 }, { scope + "h.0.attn.bias", 1, 1, 4, 4 },
        { scope + "h.0.attn.masked_bias" },
        { scope + "h.0.attn.c_attn.weight", 2, 6 }, { scope + "h.0.attn.c_attn.bias", 6 }, { scope + "h.0.attn.c_proj.weight", 2, 2 },
        { scope + "h.0.attn.c_proj.bias", 2 },
        { scope + "h.0.mlp.c_fc.weight", 2, 3 }, { scope + "h.0.mlp.c_fc.bias", 3 }, { scope + "h.0.mlp.c_proj.weight", 3, 2 },
        { scope + "h.0.mlp.c_proj.bias", 2 },
    };

    [TestMethod]
    [DataRow("", "")]
    [DataRow("transformer.", "")]
    [DataRow("transformer.", "transformer.")]
    public void Model_IsAStackOfTurnedMatrices(string scope, string prefix)
    {
        var file = File(scope);
        TensorAssert.Holds(file.Load(prefix),
            ("embedding.weight", [file[scope + "wte.weight"]]), ("position.weight", [file[scope + "wpe.weight"]]),
            ("norm.weight", [file[scope + "ln_f.weight"]]), ("norm.bias", [file[scope + "ln_f.bias"]]),
            ("layers.0.norm1.weight", [file[scope + "h.0.ln_1.weight"]]), ("layers.0.norm2.bias", [file[scope + "h.0.ln_2.bias"]]),
            ("layers.0.self_attn.in_proj_weight", [file[scope + "h.0.attn.c_attn.weight"].Transpose()]),
            ("layers.0.self_attn.in_proj_bias", [file[scope + "h.0.attn.c_attn.bias"]]),
            ("layers.0.self_attn.out_proj.weight", [file[scope + "h.0.attn.c_proj.weight"].Transpose()]),
            ("layers.0.self_attn.out_proj.bias", [file[scope + "h.0.attn.c_proj.bias"]]),
            ("layers.0.linear1.weight", [file[scope + "h.0.mlp.c_fc.weight"].Transpose()]),
            ("layers.0.linear1.bias", [file[scope + "h.0.mlp.c_fc.bias"]]),
            ("layers.0.linear2.weight", [file[scope + "h.0.mlp.c_proj.weight"].Transpose()]),
            ("layers.0.linear2.bias", [file[scope + "h.0.mlp.c_proj.bias"]]));
    }

    [TestMethod]
    public void Attention_UnderItsPrefix_HasBareNamesAndNoBuffers()
    {
        var parameters = File("").Load("h.0.attn.");
        Assert.AreSequenceEqual(["in_proj_bias", "in_proj_weight", "out_proj.bias", "out_proj.weight"], parameters.Names);
        TensorAssert.AreEqual(new([6, 2], new float[] { 9000, 9006, 9001, 9007, 9002, 9008, 9003, 9009, 9004, 9010, 9005, 9011 }),
            parameters["in_proj_weight"]);
    }
}
