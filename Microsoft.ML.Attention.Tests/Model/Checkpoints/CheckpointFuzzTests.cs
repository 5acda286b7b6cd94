using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.Checkpoints;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>Whatever is wrong with a file, it is read or refused by name: no other exception, no endless loop,
/// no memory by a number that a file claims.</summary>
[TestClass]
public sealed partial class CheckpointFuzzTests
{
    const int Rounds = 4_000;

    static readonly string[] Numbers =
        ["-1", "0", "1", "3", "7", "8", "1e9", "0.5", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "null",
            "[]", "\"\""];

    static readonly string[] NodeTypes =
    [
        "Add", "Attention", "Cast", "Constant", "DequantizeLinear", "EmbedLayerNormalization", "FastGelu", "Gemm", "Identity",
        "MultiHeadAttention",
        "RMSNormalization", "SkipSimplifiedLayerNormalization", "Transpose",
    ];

    public static IEnumerable<object[]> SafetensorsFiles =>
    [
        [SafetensorsFile.OfZeros(("in_proj_weight", "F32", [3, 1]), ("out_proj.bias", "BF16", [1]), ("bias_q", "F64", []))],
        [SafetensorsFile.OfZeros(("h.0.attn.c_attn.weight", "F16", [1, 3]), ("h.0.attn.c_attn.bias", "F32", [3]),
            ("h.0.attn.bias", "BOOL", [1]))],
        [SafetensorsFile.OfZeros(("layers.0.self_attn.qkv_proj.weight", "F16", [4, 1]), ("layers.0.self_attn.o_proj.weight", "F16", [1, 2]),
            ("layers.0.mlp.gate_up_proj.weight", "F16", [2, 1]))],
        [SafetensorsFile.OfZeros(("query.weight", "F16", [1, 1]), ("key.weight", "F16", [1, 1]), ("value.weight", "F16", [1, 1]),
            ("value.bias", "F16", [1]))],
    ];

    [TestMethod, TestCategory("Fuzz"), DynamicData(nameof(SafetensorsFiles))]
    public void Safetensors_Damaged_IsReadOrRefused(byte[] file) => ReadDamaged(
        bytes => SafetensorsCheckpoint.Load(new MemoryStream(bytes), "file", ""),
        random => random.Next(3) switch
        {
            0 => Fuzz.Damage(file, random),
            1 => [.. SafetensorsFile.Bytes(random.NextInt64() >> random.Next(64)), .. file[8..]], // the length of the header
            _ => EditHeader(file, random),
        });

    [TestMethod, TestCategory("Fuzz")]
    public void Index_Damaged_IsReadOrRefused()
    {
        using var folder = new TemporaryFolder();
        AttentionParameters.Create([new("a", new([1], new float[1])), new("b", new([1], new float[1]))]).SaveSafetensors(folder["1"]);
        var index = Encoding.UTF8.GetBytes("""{"metadata":{},"weight_map":{"a":"1","b":"1"}}""");
        ReadDamaged(bytes => SafetensorsCheckpoint.LoadSharded(new MemoryStream(bytes), folder["x.index.json"], ""), random =>
            Fuzz.Damage(index, random));
    }

    public static IEnumerable<object[]> OnnxFiles =>
    [
        [new TinyOnnx().Initializer("7", 2, 6).Initializer("self_attn.in_proj_bias", 6).Initializer("norm1.weight", 2)
            .Node("MatMul", ["x", "7"], ["p"]).Node("Add", ["p", "self_attn.in_proj_bias"], ["q"])
            .Node("Identity", ["norm1.weight"], ["norm2.weight"])
            .Node("LayerNormalization", ["q", "norm2.weight"], ["y"], "/norm2/LayerNormalization").ToBytes()],
        [new TinyOnnx().Initializer("h.0.attn.c_attn.weight", 1, 3).Initializer("h.0.attn.c_attn.bias", 3).Initializer("o", 1, 1)
            .Initializer("b", 1).Initializer("h.0.mlp.c_fc.weight", 1, 2)
            .Node("Attention", ["x", "h.0.attn.c_attn.weight", "h.0.attn.c_attn.bias"], ["a"], domain: "com.microsoft")
            .Node("MatMul", ["a", "o"], ["m"], "/h.0/attn/c_proj/MatMul")
            .Node("SkipLayerNormalization", ["m", "x", "b", "b", "b"], ["n"], domain: "com.microsoft")
            .Node("MatMul", ["n", "h.0.mlp.c_fc.weight"], ["y"]).ToBytes()],
        [new TinyOnnx().Initializer("q_proj.weight", 1, 1).Initializer("k_proj.weight", 1, 1).Initializer("t", 1, 1).Initializer("b", 3)
            .Node("Transpose", ["t"], ["v"]).Node("MatMul", ["x", "q_proj.weight"], ["p"]).Node("MatMul", ["x", "k_proj.weight"], ["q"])
            .Node("MatMul", ["x", "v"], ["r"], "/v_proj/MatMul")
            .Node("MultiHeadAttention", ["p", "q", "r", "b"], ["y"], domain: "com.microsoft").ToBytes()],
    ];

    [TestMethod, TestCategory("Fuzz"), DynamicData(nameof(OnnxFiles))]
    public void Onnx_Damaged_IsReadOrRefused(byte[] file) => ReadDamaged(
        bytes => OnnxCheckpoint.Load(new MemoryStream(bytes), "file", ""),
        random => random.Next(2) == 0 ? Fuzz.Damage(file, random) : EditGraph(file, random));

    // Field 7 of a model is its graph; 5 of that an initializer; 9, 4 and 8 of that bytes, packed floats and a name: each of 2^31 - 1
    // bytes, as a file of 20 says.
    [TestMethod]
    [DataRow(new byte[] { 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 1 })]
    [DataRow(new byte[] { 0x3a, 0x12, 0x2a, 0x10, 0x4a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [DataRow(new byte[] { 0x3a, 0x12, 0x2a, 0x10, 0x22, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [DataRow(new byte[] { 0x3a, 0x12, 0x2a, 0x10, 0x42, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    public void Onnx_ThatClaimsToBeLong_TakesNoMemoryForIt(byte[] file) =>
        ReadWithinAMegabyte(() => OnnxCheckpoint.Load(new MemoryStream(file), "file", ""));

    [TestMethod]
    public void Safetensors_ThatClaimsToBeLong_TakesNoMemoryForIt() =>
        ReadWithinAMegabyte(() =>
            SafetensorsCheckpoint.Load(new MemoryStream([.. SafetensorsFile.Bytes(90_000_000L), .. "{}"u8]), "file", ""));

    static void ReadWithinAMegabyte(Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsExactly<InvalidDataException>(read);
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static void ReadDamaged(Action<byte[]> read, Func<Random, byte[]> damage) => Fuzz.Run(Rounds, kinds: 8, damage, read);

    /// <summary>A number, a name or a piece of the header becomes another; its length is put right.</summary>
    static byte[] EditHeader(byte[] file, Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = Encoding.UTF8.GetString(file, 8, length);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var words = Word().Matches(header);
            if (words.Count == 0)
                break;
            var word = words[random.Next(words.Count)];
            var other = random.Next(3) == 0 ? Numbers[random.Next(Numbers.Length)] : words[random.Next(words.Count)].Value;
            header = string.Concat(header.AsSpan(0, word.Index), other, header.AsSpan(word.Index + word.Length));
        }
        return SafetensorsFile.Of(header, file[(8 + length)..]);
    }

    [GeneratedRegex("""[0-9]+|"[^"]*"|\{[^{}]*\}|\[[^\[\]]*\]""")]
    private static partial Regex Word();

    /// <summary>A valid message of an invalid graph: names, sizes and types become others.</summary>
    static byte[] EditGraph(byte[] file, Random random)
    {
        var model = ModelProto.Parser.ParseFrom(file);
        var graph = model.Graph;
        string[] names = ["", "../x", "layers.0.self_attn.in_proj_weight", .. graph.Initializer.Select(tensor => tensor.Name),
            .. graph.Node.SelectMany(node => node.Output)];
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var tensor = graph.Initializer[random.Next(graph.Initializer.Count)];
            var node = graph.Node[random.Next(graph.Node.Count)];
            var name = names[random.Next(names.Length)];
            switch (random.Next(9))
            {
                case 0: tensor.Name = name; break;
                case 1:
                    tensor.Dims[random.Next(tensor.Dims.Count)] =
                    random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64); break;
                case 2: tensor.Dims.Add(random.Next(3)); break;
                case 3: tensor.DataType = random.Next(20); break;
                case 4:
                    tensor.DataLocation = TensorProto.Types.DataLocation.External;
                    tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = name });
                    break;
                case 5: node.Input[random.Next(node.Input.Count)] = name; break;
                case 6: node.Output[0] = name; break;
                case 7: node.OpType = NodeTypes[random.Next(NodeTypes.Length)]; break;
                case 8: graph.Node.Add(node.Clone()); break;
            }
        }
        return model.ToByteArray();
    }
}
