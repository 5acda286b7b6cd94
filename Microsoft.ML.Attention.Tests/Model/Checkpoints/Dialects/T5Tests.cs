using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Model.CheckpointDialects;

[TestClass]
public sealed class T5Tests
{
    const string Self = "decoder.block.0.layer.0.SelfAttention.", Cross = "decoder.block.0.layer.1.EncDecAttention.";

    static TinyCheckpoint File() => new()
    {
        { Self + "q.weight", 4, 2 }, { Self + "k.weight", 4, 2 }, { Self + "v.weight", 4, 2 }, { Self + "o.weight", 2, 4 },
        { Self + "relative_attention_bias.weight", 8, 2 }, { "decoder.block.0.layer.0.layer_norm.weight", 2 },
        { Cross + "q.weight", 4, 2 }, { Cross + "k.weight", 4, 2 }, { Cross + "v.weight", 4, 2 }, { Cross + "o.weight", 2, 4 },
    };

    [TestMethod]
    public void SelfAttention_KeepsItsRelativePositionsByName()
    {
        var file = File();
        TensorAssert.Holds(file.Load(Self), ("in_proj_weight", [file[Self + "q.weight"], file[Self + "k.weight"], file[Self + "v.weight"]]),
            ("out_proj.weight", [file[Self + "o.weight"]]),
            ("relative_attention_bias.weight", [file[Self + "relative_attention_bias.weight"]]));
    }

    [TestMethod]
    public void CrossAttention_HasBareNames()
    {
        var file = File();
        TensorAssert.Holds(file.Load(Cross),
            ("in_proj_weight", [file[Cross + "q.weight"], file[Cross + "k.weight"], file[Cross + "v.weight"]]),
            ("out_proj.weight", [file[Cross + "o.weight"]]));
    }

    [TestMethod]
    public void Model_WithoutAPrefix_StaysAsItIs()
    {
        var file = File();
        TensorAssert.Holds(file.Load(),
            [.. file.Cast<KeyValuePair<string, AttentionTensor>>().Select(entry => (entry.Key, new[] { entry.Value }))]);
    }

    [TestMethod]
    public void TinyT5_LoadsByName()
    {
        var path = SharedData.Require("models/tiny-t5.safetensors");
        var whole = AttentionParameters.LoadSafetensors(path);
        Assert.AreSequenceEqual([32L, 2L], whole["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"].Shape);

        var attention = AttentionParameters.LoadSafetensors(path, "encoder.block.0.layer.0.SelfAttention.");
        Assert.AreSequenceEqual(["in_proj_weight", "out_proj.weight", "relative_attention_bias.weight"], attention.Names);
        Assert.AreSequenceEqual([24L, 8L], attention["in_proj_weight"].Shape);
        Assert.AreSequenceEqual(whole["encoder.block.0.layer.0.SelfAttention.k.weight"].Values.ToArray(),
            attention["in_proj_weight"].Values[64..128].ToArray());
        TensorAssert.AreEqual(whole["encoder.block.0.layer.0.SelfAttention.o.weight"], attention["out_proj.weight"]);
    }
}
