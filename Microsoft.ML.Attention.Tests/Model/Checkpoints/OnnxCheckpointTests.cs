using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.Checkpoints;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public sealed class OnnxCheckpointTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MatMul_BeforeANamedBias_IsItsWeightTurned(bool biasFirst)
    {
        var model = new TinyOnnx().Initializer("7", 2, 3).Initializer("linear1.bias", 3)
            .Node("MatMul", ["x", "7"], ["p"]).Node("Add", biasFirst ? ["linear1.bias", "p"] : ["p", "linear1.bias"], ["y"]);
        TensorAssert.Holds(model.Load(), ("linear1.weight", [model["7"].Transpose()]), ("linear1.bias", [model["linear1.bias"]]));
    }

    [TestMethod]
    public void MatMul_BeforeABiasOfAnotherLength_IsNotItsWeight()
    {
        var model = new TinyOnnx().Initializer("7", 2, 3).Initializer("scale.bias", 1).Node("MatMul", ["x", "7"], ["p"])
            .Node("Add", ["p", "scale.bias"], ["y"]);
        Assert.AreSequenceEqual(["7", "scale.bias"], model.Load().Names);
    }

    [TestMethod]
    public void MatMul_WithoutABias_IsNamedByThePathOfItsNode()
    {
        var model = new TinyOnnx().Initializer("onnx::MatMul_7", 2, 3)
            .Node("MatMul", ["x", "onnx::MatMul_7"], ["y"], "/model/layers.0/mlp/up_proj/MatMul");
        TensorAssert.Holds(model.Load("model.layers.0"), ("mlp.up_proj.weight", [model["onnx::MatMul_7"].Transpose()]));
    }

    [TestMethod]
    public void MatMul_OfATransposedInitializer_IsThatInitializer()
    {
        var model = new TinyOnnx().Initializer("a.weight", 3, 2).Node("Transpose", ["a.weight"], ["t"]).Node("MatMul", ["x", "t"], ["y"]);
        TensorAssert.Holds(model.Load(), ("a.weight", [model["a.weight"]]));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Gemm_TurnsUnlessItTransposesItself(int transB)
    {
        var model = new TinyOnnx().Initializer("a.weight", 3, 2).Initializer("a.bias", transB == 1 ? 3 : 2)
            .Node("Gemm", ["x", "a.weight", "a.bias"], ["y"], attributes: new AttributeProto { Name = "transB", I = transB });
        TensorAssert.Holds(model.Load(), ("a.weight", [transB == 1 ? model["a.weight"] : model["a.weight"].Transpose()]),
            ("a.bias", [model["a.bias"]]));
    }

    [TestMethod]
    public void Gemm_OfGpt2_IsTurnedOnceOnly()
    {
        var model = new TinyOnnx().Initializer("h.0.attn.c_attn.weight", 2, 6).Initializer("h.0.attn.c_attn.bias", 6)
            .Initializer("h.0.mlp.c_fc.weight", 2, 3)
            .Node("Gemm", ["x", "h.0.attn.c_attn.weight", "h.0.attn.c_attn.bias"], ["y"]);
        TensorAssert.Holds(model.Load(), ("layers.0.self_attn.in_proj_weight", [model["h.0.attn.c_attn.weight"].Transpose()]),
            ("layers.0.self_attn.in_proj_bias", [model["h.0.attn.c_attn.bias"]]),
            ("layers.0.linear1.weight", [model["h.0.mlp.c_fc.weight"].Transpose()])); // read by no node: as the dialect keeps it
    }

    [TestMethod]
    public void Identity_GivesAMergedParameterItsNameBack()
    {
        var model = new TinyOnnx().Initializer("layers.0.norm1.weight", 2).Initializer("b", 2)
            .Node("Identity", ["layers.0.norm1.weight"], ["layers.1.norm1.weight"]).Node("Identity", ["layers.1.norm1.weight"], ["14"])
            .Node("LayerNormalization", ["x", "layers.0.norm1.weight", "b"], ["n"]).Node("LayerNormalization", ["n", "14", "b"], ["y"]);
        var norm = model["layers.0.norm1.weight"];
        TensorAssert.Holds(model.Load(), ("layers.0.norm1.weight", [norm]), ("layers.1.norm1.weight", [norm]),
            ("layers.0.norm1.bias", [model["b"]]),
            ("layers.1.norm1.bias", [model["b"]]));
    }

    [TestMethod]
    public void SharedBias_OfTwoAnonymousMatrices_NamesNeither()
    {
        var model = new TinyOnnx().Initializer("7", 2, 2).Initializer("8", 2, 2).Initializer("a.bias", 2)
            .Node("MatMul", ["x", "7"], ["p"]).Node("Add", ["p", "a.bias"], ["q"]).Node("MatMul", ["q", "8"], ["r"])
            .Node("Add", ["r", "a.bias"], ["y"]);
        TensorAssert.Holds(model.Load(), ("7", [model["7"].Transpose()]), ("8", [model["8"].Transpose()]), ("a.bias", [model["a.bias"]]));
    }

    [TestMethod]
    public void LayerThatRunsTwice_IsThereOnce()
    {
        var model = new TinyOnnx().Initializer("7", 2, 2).Initializer("a.bias", 2)
            .Node("MatMul", ["x", "7"], ["p"]).Node("Add", ["p", "a.bias"], ["q"]).Node("MatMul", ["q", "7"], ["r"])
            .Node("Add", ["r", "a.bias"], ["y"]);
        TensorAssert.Holds(model.Load(), ("a.weight", [model["7"].Transpose()]), ("a.bias", [model["a.bias"]]));
    }

    [TestMethod]
    public void TiedTable_IsThereAsTableAndAsMatrix()
    {
        var model = new TinyOnnx().Initializer("wte.weight", 5, 2).Node("Gather", ["wte.weight", "x"], ["e"])
            .Node("Transpose", ["wte.weight"], ["t"], attributes: new AttributeProto { Name = "perm", Ints = { 1, 0 } })
            .Node("MatMul", ["e", "t"], ["y"], "/lm_head/MatMul");
        TensorAssert.Holds(model.Load(), ("wte.weight", [model["wte.weight"]]), ("lm_head.weight", [model["wte.weight"]]));
    }

    [TestMethod]
    public void MultiHeadAttention_GivesEachProjectionItsPartOfTheBias()
    {
        var model = new TinyOnnx().Initializer("self_attn.q_proj.weight", 2, 4).Initializer("self_attn.k_proj.weight", 2, 4)
            .Initializer("self_attn.v_proj.weight", 2, 3).Initializer("qkv", 11)
            .Node("MatMul", ["x", "self_attn.q_proj.weight"], ["q"]).Node("MatMul", ["x", "self_attn.k_proj.weight"], ["k"])
            .Node("MatMul", ["x", "self_attn.v_proj.weight"], ["v"])
            .Node("MultiHeadAttention", ["q", "k", "v", "qkv"], ["y"], domain: "com.microsoft");
        TensorAssert.Holds(model.Load(), ("self_attn.q_proj_weight", [model["self_attn.q_proj.weight"].Transpose()]),
            ("self_attn.k_proj_weight", [model["self_attn.k_proj.weight"].Transpose()]),
            ("self_attn.v_proj_weight", [model["self_attn.v_proj.weight"].Transpose()]), ("self_attn.in_proj_bias", [model["qkv"]]));
    }

    /// <summary>Two post-norm layers as the optimizer of ONNX Runtime fuses BERT: the in-projections have lost their names,
    /// and all norms are merged.</summary>
    [TestMethod]
    public void FusedBert_IsNamedByWhatStandsBesideIt()
    {
        var model = new TinyOnnx().Initializer("gain", 2).Initializer("shift", 2);
        var x = "x";
        for (var n = 0; n < 2; n++)
        {
            var layer = $"bert.encoder.layer.{n}.";
            model.Initializer($"Attention_{n}_qkv_weight", 2, 6).Initializer($"Attention_{n}_qkv_bias", 6).Initializer($"o{n}", 2, 2)
                .Initializer($"{layer}attention.output.dense.bias", 2)
                .Initializer($"i{n}", 2, 3).Initializer($"{layer}intermediate.dense.bias", 3).Initializer($"p{n}", 3, 2)
                .Initializer($"{layer}output.dense.bias", 2)
                .Node("Attention", [x, $"Attention_{n}_qkv_weight", $"Attention_{n}_qkv_bias"], [$"a{n}"], domain: "com.microsoft")
                .Node("MatMul", [$"a{n}", $"o{n}"], [$"b{n}"])
                .Node("SkipLayerNormalization", [$"b{n}", x, "gain", "shift", $"{layer}attention.output.dense.bias"], [$"c{n}"],
                    domain: "com.microsoft")
                .Node("MatMul", [$"c{n}", $"i{n}"], [$"d{n}"])
                .Node("BiasGelu", [$"d{n}", $"{layer}intermediate.dense.bias"], [$"e{n}"], domain: "com.microsoft")
                .Node("MatMul", [$"e{n}", $"p{n}"], [$"f{n}"])
                .Node("SkipLayerNormalization", [$"f{n}", $"c{n}", "gain", "shift", $"{layer}output.dense.bias"], [$"g{n}"],
                    domain: "com.microsoft");
            x = $"g{n}";
        }
        var expected = Enumerable.Range(0, 2).SelectMany(n => new (string, AttentionTensor[])[]
        {
            ($"layers.{n}.self_attn.in_proj_weight", [model[$"Attention_{n}_qkv_weight"].Transpose()]),
            ($"layers.{n}.self_attn.in_proj_bias", [model[$"Attention_{n}_qkv_bias"]]),
            ($"layers.{n}.self_attn.out_proj.weight", [model[$"o{n}"].Transpose()]),
            ($"layers.{n}.self_attn.out_proj.bias", [model[$"bert.encoder.layer.{n}.attention.output.dense.bias"]]),
            ($"layers.{n}.linear1.weight", [model[$"i{n}"].Transpose()]),
            ($"layers.{n}.linear1.bias", [model[$"bert.encoder.layer.{n}.intermediate.dense.bias"]]),
            ($"layers.{n}.linear2.weight", [model[$"p{n}"].Transpose()]),
            ($"layers.{n}.linear2.bias", [model[$"bert.encoder.layer.{n}.output.dense.bias"]]),
            ($"layers.{n}.norm1.weight", [model["gain"]]), ($"layers.{n}.norm1.bias", [model["shift"]]),
            ($"layers.{n}.norm2.weight", [model["gain"]]),
            ($"layers.{n}.norm2.bias", [model["shift"]]),
        });
        TensorAssert.Holds(model.Load(), [.. expected]);
        Assert.AreSequenceEqual(["in_proj_bias", "in_proj_weight", "norm1.bias", "norm1.weight", "out_proj.bias", "out_proj.weight"],
            model.Load("bert.encoder.layer.1.attention.").Names);
    }

    /// <summary>Two pre-norm layers as the same optimizer fuses GPT-2, all of whose norms and biases are merged.</summary>
    [TestMethod]
    public void FusedGpt2_WithMergedNorms_IsNamedByWhatReadsThem()
    {
        var model = new TinyOnnx().Initializer("h.0.ln_1.weight", 2).Initializer("h.0.ln_1.bias", 2).Initializer("h.0.attn.c_attn.bias", 6)
            .Initializer("h.0.mlp.c_fc.bias", 3)
            .Node("SkipLayerNormalization", ["x", "x", "h.0.ln_1.weight", "h.0.ln_1.bias"], ["n0", "", "", "s0"], domain: "com.microsoft");
        var (normed, sum) = ("n0", "s0");
        for (var n = 0; n < 2; n++)
        {
            model.Initializer($"h.{n}.attn.c_attn.weight", 2, 6).Initializer($"h.{n}.attn.c_proj.weight", 2, 2)
                .Initializer($"h.{n}.mlp.c_fc.weight", 2, 3).Initializer($"h.{n}.mlp.c_proj.weight", 3, 2)
                .Node("Attention", [normed, $"h.{n}.attn.c_attn.weight", "h.0.attn.c_attn.bias"], [$"a{n}"], domain: "com.microsoft")
                .Node("MatMul", [$"a{n}", $"h.{n}.attn.c_proj.weight"], [$"b{n}"])
                .Node("SkipLayerNormalization", [$"b{n}", sum, "h.0.ln_1.weight", "h.0.ln_1.bias", "h.0.ln_1.bias"],
                    [$"c{n}", "", "", $"d{n}"], domain: "com.microsoft")
                .Node("MatMul", [$"c{n}", $"h.{n}.mlp.c_fc.weight"], [$"e{n}"])
                .Node("FastGelu", [$"e{n}", "h.0.mlp.c_fc.bias"], [$"f{n}"], domain: "com.microsoft")
                .Node("MatMul", [$"f{n}", $"h.{n}.mlp.c_proj.weight"], [$"g{n}"])
                .Node("SkipLayerNormalization", [$"g{n}", $"d{n}", "h.0.ln_1.weight", "h.0.ln_1.bias", "h.0.ln_1.bias"],
                    [$"h{n}", "", "", $"i{n}"], domain: "com.microsoft");
            (normed, sum) = ($"h{n}", $"i{n}");
        }
        var (gain, shift) = (model["h.0.ln_1.weight"], model["h.0.ln_1.bias"]);
        var layers = Enumerable.Range(0, 2).SelectMany(n => new (string, AttentionTensor[])[]
        {
            ($"layers.{n}.self_attn.in_proj_weight", [model[$"h.{n}.attn.c_attn.weight"].Transpose()]),
            ($"layers.{n}.self_attn.in_proj_bias", [model["h.0.attn.c_attn.bias"]]),
            ($"layers.{n}.self_attn.out_proj.weight", [model[$"h.{n}.attn.c_proj.weight"].Transpose()]),
            ($"layers.{n}.self_attn.out_proj.bias", [shift]),
            ($"layers.{n}.linear1.weight", [model[$"h.{n}.mlp.c_fc.weight"].Transpose()]),
            ($"layers.{n}.linear1.bias", [model["h.0.mlp.c_fc.bias"]]),
            ($"layers.{n}.linear2.weight", [model[$"h.{n}.mlp.c_proj.weight"].Transpose()]), ($"layers.{n}.linear2.bias", [shift]),
            ($"layers.{n}.norm1.weight", [gain]), ($"layers.{n}.norm1.bias", [shift]), ($"layers.{n}.norm2.weight", [gain]),
            ($"layers.{n}.norm2.bias", [shift]),
        });
        TensorAssert.Holds(model.Load(), [.. layers, ("norm.weight", [gain]), ("norm.bias", [shift])]);
    }

    [TestMethod]
    public void HalfPrecision_BehindACast_IsRead()
    {
        var bytes = ByteString.CopyFrom(SafetensorsFile.Bytes((Half)1.5, (Half)(-2)));
        var half = new TensorProto
        {
            Name = "a.weight",
            DataType = (int)TensorProto.Types.DataType.Float16,
            Dims = { 1, 2 },
            RawData = bytes
        };
        var model = new TinyOnnx().Initializer(half).Node("Cast", ["a.weight"], ["c"]).Node("MatMul", ["x", "c"], ["y"]);
        TensorAssert.Holds(model.Load(), ("a.weight", [new([2, 1], new[] { 1.5f, -2f })]));
    }

    [TestMethod]
    public void Quantized_IsRefusedWhereItIsAskedFor()
    {
        var model = new TinyOnnx().Initializer("b.weight", 2)
            .Initializer(new TensorProto { Name = "a.weight_quantized", DataType = (int)TensorProto.Types.DataType.Int8, Dims = { 1, 1 } })
            .Initializer(new TensorProto { Name = "shape", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 1 } })
            .Node("MatMulInteger", ["x", "a.weight_quantized"], ["y"]);
        TensorAssert.Holds(model.Load("b"), ("weight", [model["b.weight"]]));
        Assert.StartsWith("Tensor 'a.weight_quantized' of 'tiny.onnx' is quantized.",
            Assert.ThrowsExactly<NotSupportedException>(() => model.Load("a.")).Message);
    }

    public static IEnumerable<object[]> MalformedGraphs =>
    [
        [new TinyOnnx().Initializer("a", 1).Initializer("a", 1), "'tiny.onnx' has two initializers 'a'."],
        [new TinyOnnx().Node("Neg", ["z"], ["y"], "n"),
            "'tiny.onnx': node 'n' (Neg) reads 'z', which is no input, no initializer and not the output of a node before it."],
        [new TinyOnnx().Node("Identity", ["b.weight"], ["a.weight"], "n")
            .Node("Identity", ["a.weight"], ["b.weight"]),
            "'tiny.onnx': node 'n' (Identity) reads 'b.weight', which is no input, no initializer and not the output of a node before it."],
        [new TinyOnnx().Node("Neg", ["x"], ["y"]).Node("Neg", ["x"], ["y"], "n"),
            "'tiny.onnx': node 'n' (Neg) makes 'y', which is there already."],
        [new TinyOnnx().Initializer("a", 1).Node("Neg", ["x"], ["a"], "n"),
            "'tiny.onnx': node 'n' (Neg) makes 'a', which is there already."],
    ];

    [TestMethod, DynamicData(nameof(MalformedGraphs))]
    public void MalformedGraph_IsRefused(object model, string found) =>
        Assert.AreEqual(found, Assert.ThrowsExactly<InvalidDataException>(() => ((TinyOnnx)model).Load()).Message);

    [TestMethod]
    [DataRow(new byte[] { 0x3a, 0x7f })]
    [DataRow(new byte[] { 0xff, 0xff, 0xff })]
    public void NoModel_IsRefused(byte[] file)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.onnx", file);
        Assert.StartsWith($"'{path}' is not an ONNX model: ",
            Assert.ThrowsExactly<InvalidDataException>(() => AttentionParameters.LoadOnnx(path)).Message);
    }

    [TestMethod]
    public void File_OfLargeTensors_IsReadAsItIsInMemory()
    {
        var model = Large();
        using var folder = new TemporaryFolder();

        var fromFile = AttentionParameters.LoadOnnx(folder.Write("large.onnx", model.ToBytes()));

        var inMemory = model.Load();
        Assert.AreSequenceEqual(inMemory.Names, fromFile.Names);
        foreach (var name in inMemory.Names)
            TensorAssert.AreEqual(inMemory[name], fromFile[name], name);
        Assert.AreSequenceEqual([64L, 40L], fromFile["layer.weight"].Shape);
    }

    [TestMethod]
    public void File_OfALargeTensor_TakesLittleMoreThanItsNumbers()
    {
        const int Numbers = 1 << 20;
        using var folder = new TemporaryFolder();
        var path = folder.Write("large.onnx", new TinyOnnx().Initializer("table.weight", 1024, Numbers / 1024)
            .Node("Gather", ["table.weight", "x"], ["y"]).ToBytes());
        AttentionParameters.LoadOnnx(path);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AttentionParameters.LoadOnnx(path);

        Assert.IsLessThan(1.2 * sizeof(float) * Numbers, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Skeleton_OfDamagedFiles_IsThatOfAWholeReadingOrNone()
    {
        var file = Large().ToBytes();
        var random = new Random(3);
        for (var round = 0; round < 400; round++)
        {
            var damaged = file.ToArray();
            // the beginning of tensors and the graph's nodes, which are last; the numbers between them may be any
            damaged[random.Next(2) == 0 ? random.Next(40) : ^(1 + random.Next(60))] = (byte)random.Next(256);
            GraphProto? whole = null, skeleton = null;
            try
            {
                whole = ModelProto.Parser.ParseFrom(damaged).Graph;
                skeleton = OnnxSkeleton.Read(new MemoryStream(damaged), "damaged.onnx");
            }
            catch (InvalidProtocolBufferException)
            {
            }
            if (whole is null || skeleton is null)
                continue;
            foreach (var tensor in skeleton.Initializer.Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External
                && tensor.ExternalData.FirstOrDefault(entry => entry.Key == "location")?.Value == "damaged.onnx"))
            {
                int Number(string key) =>
                    int.Parse(tensor.ExternalData.Single(entry => entry.Key == key).Value, CultureInfo.InvariantCulture);
                tensor.RawData = ByteString.CopyFrom(damaged, Number("offset"), Number("length"));
                tensor.ExternalData.Clear();
                tensor.ClearDataLocation();
            }
            Assert.AreEqual(whole, skeleton, $"round {round}");
        }
    }

    /// <summary>Two tensors that stay in the file, one that does not.</summary>
    static TinyOnnx Large() => new TinyOnnx()
        .Initializer("anonymous", 40, 64).Initializer("layer.bias", 64).Initializer("other.weight", 50, 60)
        .Node("MatMul", ["x", "anonymous"], ["product"]).Node("Add", ["product", "layer.bias"], ["y"]);

    static Dictionary<string, AttentionTensor> RawInitializers(string path) =>
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer.Where(tensor =>
            tensor.DataType == (int)TensorProto.Types.DataType.Float)
            .ToDictionary(tensor => tensor.Name, tensor =>
                new AttentionTensor(tensor.Dims, MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()));

    [TestMethod]
    public void PyTorchEncoder_IsReadCompletely()
    {
        var path = SharedData.Require("models/pytorch-transformer-encoder.onnx");
        var raw = RawInitializers(path);
        (string, AttentionTensor[])[] Layer(int n, string inProjection, string outProjection, string linear1, string linear2) =>
        [
            ($"layers.{n}.self_attn.in_proj_weight", [raw[inProjection].Transpose()]),
            ($"layers.{n}.self_attn.out_proj.weight", [raw[outProjection].Transpose()]),
            ($"layers.{n}.linear1.weight", [raw[linear1].Transpose()]), ($"layers.{n}.linear2.weight", [raw[linear2].Transpose()]),
            .. from name in (string[])["self_attn.in_proj_bias", "self_attn.out_proj.bias", "linear1.bias", "linear2.bias", "norm1.weight",
                "norm1.bias", "norm2.weight", "norm2.bias"]
               select ($"layers.{n}.{name}", new[] { raw[$"transformer_encoder.layers.{n}.{name}"] }),
        ];
        TensorAssert.Holds(AttentionParameters.LoadOnnx(path, "transformer_encoder."),
            [.. Layer(0, "235", "238", "239", "240"), .. Layer(1, "241", "244", "245", "246")]);
        Assert.AreSequenceEqual([48L, 16L], AttentionParameters.LoadOnnx(path)["layers.1.self_attn.in_proj_weight"].Shape);
        Assert.AreSequenceEqual([100L, 16L], AttentionParameters.LoadOnnx(path)["encoder.weight"].Shape);
    }

    [TestMethod]
    public void FusedGpt2_IsReadCompletely()
    {
        var path = SharedData.Require("models/tiny-random-gpt2.onnx");
        var raw = RawInitializers(path);
        // of all norms; zeros, so all biases of this width too
        var (gain, shift) = (raw["transformer.h.0.ln_1.weight"], raw["transformer.h.0.ln_1.bias"]);
        var expected = new List<(string, AttentionTensor[])>
        {
            ("embedding.weight", [raw["transformer.wte.weight"]]), ("position.weight", [raw["transformer.wpe.weight"]]),
            ("norm.weight", [gain]),
            ("norm.bias", [shift]),
        };
        for (var n = 0; n < 5; n++)
            expected.AddRange(
                ($"layers.{n}.norm1.weight", [gain]), ($"layers.{n}.norm1.bias", [shift]), ($"layers.{n}.norm2.weight", [gain]),
                ($"layers.{n}.norm2.bias", [shift]),
                ($"layers.{n}.self_attn.in_proj_weight", [raw[$"transformer.h.{n}.attn.c_attn.weight"].Transpose()]),
                ($"layers.{n}.self_attn.in_proj_bias", [raw["transformer.h.0.attn.c_attn.bias"]]),
                ($"layers.{n}.self_attn.out_proj.weight", [raw[$"transformer.h.{n}.attn.c_proj.weight"].Transpose()]),
                ($"layers.{n}.self_attn.out_proj.bias", [shift]),
                ($"layers.{n}.linear1.weight", [raw[$"transformer.h.{n}.mlp.c_fc.weight"].Transpose()]),
                ($"layers.{n}.linear1.bias", [raw["transformer.h.0.mlp.c_fc.bias"]]),
                ($"layers.{n}.linear2.weight", [raw[$"transformer.h.{n}.mlp.c_proj.weight"].Transpose()]),
                ($"layers.{n}.linear2.bias", [shift]));
        TensorAssert.Holds(AttentionParameters.LoadOnnx(path, "transformer."), [.. expected]);
        Assert.AreSequenceEqual(["in_proj_bias", "in_proj_weight", "out_proj.bias", "out_proj.weight"],
            AttentionParameters.LoadOnnx(path, "transformer.h.4.attn.").Names);
    }
}
