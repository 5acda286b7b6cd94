using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public sealed class SafetensorsTests
{
    [TestMethod]
    public void Write_TwoTensors_LaysThemOutByName()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, [new("b", new([2], new float[] { 1, 2 })), new("a", new([], new float[] { 3 }))]);

        var bytes = stream.ToArray();
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.AreEqual(0, length % 8);
        Assert.AreEqual(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.AreSequenceEqual(SafetensorsFile.Bytes(3f, 1f, 2f), bytes[(8 + length)..]);
    }

    [TestMethod]
    [DataRow("a")]
    [DataRow("__metadata__")]
    public void Write_NameThatCannotBe_IsRefused(string name)
    {
        var scalar = new AttentionTensor([], new float[1]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write(Stream.Null, [new("a", scalar), new(name, scalar)]));
        Assert.Contains($"'{name}'", error.Message);
    }

    [TestMethod]
    public void Read_OfWhatWasWritten_IsTheSameBits()
    {
        var random = new Random(1);
        var odd = new[] { float.NaN, float.NegativeInfinity, -0f, float.Epsilon, BitConverter.UInt32BitsToSingle(0xffc01234) };
        var longer = Enumerable.Range(0, 40_001).Select(_ => random.NextSingle()).ToArray(); // more than is read at once
        KeyValuePair<string, AttentionTensor>[] written =
            [new("", new([0, 7], ReadOnlyMemory<float>.Empty)), new("long", new([40_001], longer)),
                new("odd \" \u00e9 \ud83d\ude00", new([5, 1], odd)), new("scalar", new([], new[] { 5f }))];
        using var stream = new MemoryStream();
        Safetensors.Write(stream, written);
        stream.Position = 0;

        var read = Safetensors.Read(stream, "memory").ToDictionary();

        Assert.HasCount(written.Length, read);
        foreach (var (name, tensor) in written)
        {
            Assert.AreSequenceEqual(tensor.Shape, read[name].Shape);
            Assert.AreSequenceEqual(SafetensorsFile.Bytes(tensor.Values.ToArray()), SafetensorsFile.Bytes(read[name].Values.ToArray()));
        }
    }

    public static IEnumerable<object[]> Formats =>
    [
        ["F64", SafetensorsFile.Bytes(1.5, -2.0, 1e300), new[] { 1.5f, -2f, float.PositiveInfinity }],
        ["F32", SafetensorsFile.Bytes(1.5f, -2f, 1e30f), new[] { 1.5f, -2f, 1e30f }],
        ["F16", SafetensorsFile.Bytes((Half)1.5f, (Half)(-2), Half.Epsilon), new[] { 1.5f, -2f, 1f / (1 << 24) }],
        ["BF16", SafetensorsFile.Bytes<ushort>(0x3fc0, 0xc000, 0x7f80), new[] { 1.5f, -2f, float.PositiveInfinity }],
    ];

    [TestMethod, DynamicData(nameof(Formats))]
    public void Read_EachFormat_GivesItsValues(string type, byte[] data, float[] expected)
    {
        var file = SafetensorsFile.Of($$$"""{"x":{"dtype":"{{{type}}}","shape":[3],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        var (_, tensor) = Safetensors.Read(new MemoryStream(file), "file").Single();
        Assert.AreSequenceEqual(expected, tensor.Values.ToArray());
    }

    [TestMethod]
    public void Read_TensorsInAnyOrder_FindsEachAtItsPlace()
    {
        var file = SafetensorsFile.Of(
            """{"last":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"none":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"first":{"shape":[1,1],"dtype":"F32","data_offsets":[0,4]},"__metadata__":{"a":"b"}}  """,
            SafetensorsFile.Bytes(1f, 2f));
        var tensors = Safetensors.Read(new MemoryStream(file), "file").ToDictionary();
        Assert.AreEqual(2, tensors["last"].Values.Span[0]);
        Assert.AreEqual(1, tensors["first"].Values.Span[0]);
        Assert.AreEqual(0, tensors["none"].Values.Length);
    }

    [TestMethod]
    public void Read_AfterThePositionOfTheStream_BeginsThere()
    {
        byte[] file = [1, 2, 3,
            .. SafetensorsFile.Of("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", SafetensorsFile.Bytes(7f))];
        var (_, tensor) = Safetensors.Read(new MemoryStream(file) { Position = 3 }, "file").Single();
        Assert.AreEqual(7, tensor.Values.Span[0]);
    }

    static object[] Case(string header, int dataLength, string found) => [SafetensorsFile.Of(header, new byte[dataLength]), found];

    public static IEnumerable<object[]> MalformedFiles =>
    [
        [new byte[7], "it has 7 bytes, and needs 8 for the length of the header"],
        [SafetensorsFile.Of("{}")[..9], "its header should have 2 bytes; 1 follow, and 100000000 are allowed"],
        [SafetensorsFile.Bytes(ulong.MaxValue), "its header should have 18446744073709551615 bytes; 0 follow, and 100000000 are allowed"],
        [SafetensorsFile.Of([0x22, 0xff, 0x22]), "its header is not UTF-8"],
        Case("[]", 0, "its header is not a JSON object"),
        Case("{", 0, "its header cannot be read: "),
        Case("""{"\ud800":{}}""", 0, "its header cannot be read: "),
        Case("""{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0078":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
            "its header cannot be read: Duplicate property 'x'"),
        Case("""{"x":{"dtype":"F32","dtype":"F16","shape":[0],"data_offsets":[0,0]}}""", 0,
            "its header cannot be read: Duplicate property 'dtype'"),
        Case("""{"x":1}""", 0, "tensor 'x' needs a dtype, a shape and two data_offsets, these two of whole numbers from 0 on; it has 1"),
        Case("""{"x":{"dtype":"F32","shape":[1]}}""", 4, "tensor 'x' needs a dtype, a shape and two data_offsets"),
        Case("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "tensor 'x' needs a dtype, a shape and two data_offsets"),
        Case("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "tensor 'x' needs a dtype, a shape and two data_offsets"),
        Case("""{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4,
            "tensor 'x' needs a dtype, a shape and two data_offsets"),
        Case("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "tensor 'x' needs a dtype, a shape and two data_offsets"),
        Case("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "tensor 'x' begins at byte 4 and ends at byte 0"),
        Case("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'x' of shape [2] and dtype F32 lies in 4 bytes"),
        Case("""{"x":{"dtype":"BOOL","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'x' of shape [2] and dtype BOOL lies in 4 bytes"),
        Case("""{"x":{"dtype":"F32","shape":[4294967296,4294967297,1073741824],"data_offsets":[0,4]}}""", 4,
            "tensor 'x' of shape [4294967296, 4294967297, 1073741824] and dtype F32 lies in 4 bytes"),
        Case("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3,
            "tensor 'x' has 4 bytes from byte 0 of the data on, which has 3"),
        Case("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes after the last tensor belong to none"),
        Case("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", 5,
            "tensor 'x' begins at byte 1 of the data, where byte 0 is the next"),
        Case("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
            "tensor 'y' begins at byte 4 of the data, where byte 8 is the next"),
        Case("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"new","shape":[],"data_offsets":[4,9223372036854775807]}}""", 8, "tensor 'y' has 9223372036854775803 bytes from byte 4 of the data on, which has 8"),
    ];

    [TestMethod, DynamicData(nameof(MalformedFiles))]
    public void Read_MalformedFile_SaysWhatIsWrong(byte[] file, string found)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream(file), "some.safetensors"));
        Assert.StartsWith($"'some.safetensors' is not a valid safetensors file: {found}", error.Message);
    }

    [TestMethod]
    public void Read_ShapeOfNothing_MayBeAbsurd()
    {
        var file = SafetensorsFile.Of("""{"x":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}""");
        Assert.AreEqual(0, Safetensors.Read(new MemoryStream(file), "file").Single().Value.Values.Length);
    }
}
