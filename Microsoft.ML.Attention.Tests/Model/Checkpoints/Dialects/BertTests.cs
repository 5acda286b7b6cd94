namespace Microsoft.ML.Attention.Tests.Model.CheckpointDialects;

[TestClass]
public sealed class BertTests
{
    const string First = "bert.encoder.layer.0.", Second = "bert.encoder.layer.1.";

    static TinyCheckpoint File() => new()
    {
        { "bert.embeddings.word_embeddings.weight", 7, 2 }, { "bert.embeddings.position_ids", 1, 4 },
        { First + "attention.self.query.weight", 2, 2 }, { First + "attention.self.query.bias", 2 },
        { First + "attention.self.key.weight", 2, 2 },
        { First + "attention.self.key.bias", 2 },
        { First + "attention.self.value.weight", 2, 2 }, { First + "attention.self.value.bias", 2 },
        { First + "attention.output.dense.weight", 2, 2 },
        { First + "attention.output.dense.bias", 2 },
        { First + "attention.output.LayerNorm.gamma", 2 }, { First + "attention.output.LayerNorm.beta", 2 },
        { First + "intermediate.dense.weight", 3, 2 }, { First + "intermediate.dense.bias", 3 }, { First + "output.dense.weight", 2, 3 },
        { First + "output.dense.bias", 2 },
        { First + "output.LayerNorm.weight", 2 }, { First + "output.LayerNorm.bias", 2 },
        { Second + "attention.self.query.weight", 2, 2 }, { Second + "attention.self.key.weight", 2, 2 },
        { Second + "attention.self.value.weight", 2, 2 },
    };

    static (string, AttentionTensor[])[] Layer(TinyCheckpoint file, string ours) =>
    [
        (ours + "self_attn.in_proj_weight",
            [file[First + "attention.self.query.weight"], file[First + "attention.self.key.weight"],
                file[First + "attention.self.value.weight"]]),
        (ours + "self_attn.in_proj_bias",
            [file[First + "attention.self.query.bias"], file[First + "attention.self.key.bias"],
                file[First + "attention.self.value.bias"]]),
        (ours + "self_attn.out_proj.weight", [file[First + "attention.output.dense.weight"]]),
            (ours + "self_attn.out_proj.bias", [file[First + "attention.output.dense.bias"]]),
        (ours + "norm1.weight", [file[First + "attention.output.LayerNorm.gamma"]]),
        (ours + "norm1.bias", [file[First + "attention.output.LayerNorm.beta"]]),
        (ours + "linear1.weight", [file[First + "intermediate.dense.weight"]]),
        (ours + "linear1.bias", [file[First + "intermediate.dense.bias"]]),
        (ours + "linear2.weight", [file[First + "output.dense.weight"]]), (ours + "linear2.bias", [file[First + "output.dense.bias"]]),
        (ours + "norm2.weight", [file[First + "output.LayerNorm.weight"]]), (ours + "norm2.bias", [file[First + "output.LayerNorm.bias"]]),
    ];

    [TestMethod]
    public void Model_WithoutAPrefix_IsAnEncoder()
    {
        var file = File();
        TensorAssert.Holds(file.Load(),
        [
            ("embedding.weight", [file["bert.embeddings.word_embeddings.weight"]]), .. Layer(file, "layers.0."),
            ("layers.1.self_attn.in_proj_weight",
                [file[Second + "attention.self.query.weight"], file[Second + "attention.self.key.weight"],
                    file[Second + "attention.self.value.weight"]]),
        ]);
    }

    [TestMethod]
    public void Layer_UnderItsPrefix_IsALayer()
    {
        var file = File();
        TensorAssert.Holds(file.Load(First), Layer(file, ""));
    }

    [TestMethod]
    public void Attention_UnderItsPrefix_HasBareNames()
    {
        var file = File();
        TensorAssert.Holds(file.Load(First + "attention."),
            [.. Layer(file, "").Where(entry => entry.Item1.StartsWith("self_attn."))
                .Select(entry => (entry.Item1["self_attn.".Length..], entry.Item2)),
             .. Layer(file, "").Where(entry => entry.Item1.StartsWith("norm1."))]);
    }

    [TestMethod]
    public void SelfAttention_UnderItsPrefix_IsTheInProjectionAlone()
    {
        var parameters = File().Load(First + "attention.self.");
        Assert.AreSequenceEqual(["in_proj_bias", "in_proj_weight"], parameters.Names);
    }
}
