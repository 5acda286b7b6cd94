using System.Text;

namespace Microsoft.ML.Attention.Tests.Model.Parameters;

[TestClass]
public sealed class AttentionParametersTests
{
    static readonly AttentionTensor One = new([1], new[] { 1f }), Two = new([1, 2], new[] { 2f, -0f });

    [TestMethod]
    public void SaveSafetensors_ThenLoad_GivesTheSame()
    {
        using var folder = new TemporaryFolder();
        var saved =
            AttentionParameters.Create([new("norm.weight", One), new("layers.0.self_attn.in_proj_weight", Two), new("anything", One)]);
        saved.SaveSafetensors(folder["a.safetensors"]);
        saved.SaveSafetensors(folder["a.safetensors"]); // over the old one
        var loaded = AttentionParameters.LoadSafetensors(folder["a.safetensors"]);

        Assert.AreSequenceEqual(saved.Names, loaded.Names);
        foreach (var name in saved.Names)
            TensorAssert.AreEqual(saved[name], loaded[name], name);
        Assert.HasCount(1, Directory.GetFiles(folder[""]));
    }

    [TestMethod]
    public void SaveSafetensors_WhatCannotBeWritten_LeavesTheOldFileAlone()
    {
        using var folder = new TemporaryFolder();
        AttentionParameters.Create([new("a", One)]).SaveSafetensors(folder["a.safetensors"]);
        Assert.ThrowsExactly<ArgumentException>(() =>
            AttentionParameters.Create([new("__metadata__", One)]).SaveSafetensors(folder["a.safetensors"]));
        Assert.AreSequenceEqual(["a"], AttentionParameters.LoadSafetensors(folder["a.safetensors"]).Names);
        Assert.HasCount(1, Directory.GetFiles(folder[""]));
    }

    [TestMethod]
    public void LoadSafetensors_WithoutParameters_IsEmpty()
    {
        using var folder = new TemporaryFolder();
        AttentionParameters.Create([]).SaveSafetensors(folder["a.safetensors"]);
        Assert.IsEmpty(AttentionParameters.LoadSafetensors(folder["a.safetensors"]).Names);
    }

    [TestMethod]
    public void LoadSafetensors_NothingUnderThePrefix_NamesWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        AttentionParameters.Create([new("a.b", One), new("c", One)]).SaveSafetensors(folder["a.safetensors"]);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => AttentionParameters.LoadSafetensors(folder["a.safetensors"], "b."));
        Assert.AreEqual($"'{folder["a.safetensors"]}' has no tensor under 'b.'. It has: a.b, c.", error.Message);
    }

    [TestMethod]
    public void LoadSafetensors_IntegersBesideParameters_AreLeftOut_AndAreAnErrorAlone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.safetensors", SafetensorsFile.Of(
            """{"x.a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y.b":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}}""",
            SafetensorsFile.Bytes(1f, 2f)));
        TensorAssert.AreEqual(One, AttentionParameters.LoadSafetensors(path, "x.")["a"]);
        Assert.AreSequenceEqual(["x.a"], AttentionParameters.LoadSafetensors(path).Names);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => AttentionParameters.LoadSafetensors(path, "y."));
        Assert.AreEqual($"'{path}' has no tensor of floating point numbers under 'y.', only b.", error.Message);
    }

    [TestMethod]
    public void LoadSafetensors_ABufferOfIntegers_IsNotRead()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.safetensors", SafetensorsFile.Of(
            """{"c_attn.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]},"bias":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}""", new byte[13]));
        Assert.AreSequenceEqual(["in_proj_weight"], AttentionParameters.LoadSafetensors(path).Names);
    }

    static string Sharded(TemporaryFolder folder, string shard = "2.safetensors")
    {
        AttentionParameters.Create([new("b.a", One), new("b.c", One)]).SaveSafetensors(folder["1.safetensors"]);
        AttentionParameters.Create([new("b.b", Two)]).SaveSafetensors(folder["2.safetensors"]);
        return folder.Write("model.safetensors.index.json",
            Encoding.UTF8.GetBytes(
                $$$"""{"metadata":{"total_size":16},"weight_map":{"b.a":"1.safetensors","b.b":"{{{shard}}}","d":"3.safetensors"}}"""));
    }

    [TestMethod]
    public void LoadSafetensors_OfAnIndex_ReadsTheShardsItNeeds()
    {
        using var folder = new TemporaryFolder();
        var parameters = AttentionParameters.LoadSafetensors(Sharded(folder), "b.");
        TensorAssert.Holds(parameters, ("a", [One]), ("b", [Two]));
    }

    [TestMethod]
    [DataRow("../2.safetensors")]
    [DataRow("sub/../../2.safetensors")]
    [DataRow("/2.safetensors")]
    [DataRow("..\\\\2.safetensors")]
    [DataRow("")]
    public void LoadSafetensors_OfAnIndexThatLeavesTheFolder_IsRefused(string shard)
    {
        using var folder = new TemporaryFolder();
        var path = Sharded(folder, shard);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => AttentionParameters.LoadSafetensors(path, "b."));
        Assert.AreEqual($"'{path}' refers to the file '{shard.Replace(@"\\", @"\")}'; only files in its own folder are read.",
            error.Message);
    }

    [TestMethod]
    [DataRow("4.safetensors", "refers to the file '4.safetensors', which is not there.")]
    [DataRow("1.safetensors", "has no tensor 'b.b', which its index says it has.")]
    public void LoadSafetensors_OfAnIndexThatIsWrong_SaysSo(string shard, string found)
    {
        using var folder = new TemporaryFolder();
        var path = Sharded(folder, shard);
        Assert.EndsWith(found, Assert.ThrowsExactly<InvalidDataException>(() => AttentionParameters.LoadSafetensors(path, "b.")).Message);
    }

    [TestMethod]
    [DataRow("[]", "it has no object 'weight_map'")]
    [DataRow("""{"weight_map":[]}""", "it has no object 'weight_map'")]
    [DataRow("""{"weight_map":{"x":1}}""", "'x' has Number for a file's name")]
    [DataRow("""{"weight_map":{"x":"a","x":"b"}}""", "Duplicate property 'x'")]
    [DataRow("{", "Expected ")]
    public void LoadSafetensors_OfAMalformedIndex_SaysWhatIsWrong(string json, string found)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.index.json", Encoding.UTF8.GetBytes(json));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => AttentionParameters.LoadSafetensors(path));
        Assert.StartsWith($"'{path}' is not a valid index of safetensors files: {found}", error.Message);
    }

    [TestMethod]
    public void LoadSafetensors_NoFile_IsThatError() =>
        Assert.ThrowsExactly<FileNotFoundException>(() =>
            AttentionParameters.LoadSafetensors(Path.Combine(Path.GetTempPath(), "not-there.safetensors")));

    public static IEnumerable<object[]> Misfits =>
    [
        [new TinyCheckpoint { { "q_proj.weight", 2, 2 }, { "k_proj.weight", 2, 2 }, { "v_proj.weight", 2, 2 }, { "k_proj.bias", 3 } },
            "has k_proj_bias of shape [3] for a weight of shape [2, 2]."],
        [new TinyCheckpoint { { "q_proj_weight", 2, 2 }, { "k_proj_weight", 2, 2 }, { "v_proj_weight", 2, 2 }, { "in_proj_weight", 6, 2 } },
            "has 'in_proj_weight' twice: as it is and in parts."],
        [new TinyCheckpoint { { "attention.self.query.weight", 2, 2 }, { "output.LayerNorm.gamma", 2 }, { "output.LayerNorm.weight", 2 } },
            "has both 'output.LayerNorm.gamma' and 'output.LayerNorm.weight' for norm2.weight."],
        [new TinyCheckpoint { { "qkv_proj.weight", 7, 2 }, { "o_proj.weight", 2, 4 } },
            "has qkv_proj_weight of shape [7, 2]: less the 4 rows of queries, as its output projection says, that leaves no equal keys "
                + "and values."],
        [new TinyCheckpoint { { "self_attn.qkv_proj.weight", 8, 2 }, { "mlp.gate_up_proj.weight", 3, 2 } },
            "has linear_gate_up.weight of shape [3, 2]: a gate and what it gates need an even number of rows."],
    ];

    [TestMethod, DynamicData(nameof(Misfits))]
    public void LoadSafetensors_TensorsThatDoNotFit_SaysWhich(object file, string found)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ((TinyCheckpoint)file).Load());
        Assert.AreEqual($"'tiny.safetensors' {found}", error.Message);
    }
}
