using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.Checkpoints;
using DataType = Microsoft.ML.Attention.Graphs.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public sealed class OnnxTensorReaderTests
{
    static TensorProto Tensor(DataType type, params long[] shape) => new() { Name = "t", DataType = (int)type, Dims = { shape } };

    static TensorProto With(TensorProto tensor, Action<TensorProto> change)
    {
        change(tensor);
        return tensor;
    }

    static TensorProto Raw(DataType type, byte[] data, params long[] shape) =>
        With(Tensor(type, shape), tensor => tensor.RawData = ByteString.CopyFrom(data));

    public static IEnumerable<object[]> Tensors =>
    [
        [Raw(DataType.Float, SafetensorsFile.Bytes(1.5f, -2f), 2)],
        [Raw(DataType.Double, SafetensorsFile.Bytes(1.5, -2.0), 2)],
        [Raw(DataType.Float16, SafetensorsFile.Bytes((Half)1.5, (Half)(-2)), 2)],
        [Raw(DataType.Bfloat16, SafetensorsFile.Bytes<ushort>(0x3fc0, 0xc000), 2)],
        [With(Tensor(DataType.Float, 2), tensor => tensor.FloatData.Add([1.5f, -2f]))],
        [With(Tensor(DataType.Double, 2), tensor => tensor.DoubleData.Add([1.5, -2.0]))],
        [With(Tensor(DataType.Float16, 2), tensor =>
            tensor.Int32Data.Add([BitConverter.HalfToUInt16Bits((Half)1.5), BitConverter.HalfToUInt16Bits((Half)(-2))]))],
        [With(Tensor(DataType.Bfloat16, 2), tensor => tensor.Int32Data.Add([0x3fc0, 0xc000]))],
    ];

    [TestMethod, DynamicData(nameof(Tensors))]
    public void Read_EachWayToStore_GivesTheValues(object tensor) =>
        TensorAssert.AreEqual(new([2], new[] { 1.5f, -2f }), OnnxTensorReader.Read((TensorProto)tensor, "m.onnx"));

    public static IEnumerable<object[]> Malformed =>
    [
        [Tensor(DataType.Int64, 1), "holds Int64; only floating point numbers of 16, 32 or 64 bits can be read."],
        [Tensor(DataType.Float, -1), "cannot have the shape [-1]."],
        [Tensor(DataType.Float, 1L << 32, 1L << 32), "cannot have the shape [4294967296, 4294967296]."],
        [Tensor(DataType.Float, 2), "has 0 numbers; its shape [2] needs 2."],
        [Raw(DataType.Float, new byte[4], 2), "has 4 bytes; its shape [2] needs 8."],
        [Raw(DataType.Double, new byte[8], 2), "has 8 bytes; its shape [2] needs 16."],
        [With(Tensor(DataType.Float16, 2), tensor => tensor.FloatData.Add([1, 2])), "has 0 numbers; its shape [2] needs 2."],
    ];

    [TestMethod, DynamicData(nameof(Malformed))]
    public void Read_MalformedTensor_SaysWhatIsWrong(object tensor, string found) =>
        Assert.AreEqual($"Tensor 't' of 'm.onnx' {found}",
            Assert.ThrowsExactly<InvalidDataException>(() => OnnxTensorReader.Read((TensorProto)tensor, "m.onnx")).Message);

    static TensorProto External(params (string Key, string Value)[] entries) => With(Tensor(DataType.Float, 2), tensor =>
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
    });

    [TestMethod]
    public void Read_FromAnotherFile_BeginsAtTheOffset()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data/m.bin", SafetensorsFile.Bytes(0f, 1.5f, -2f, 0f));
        TensorAssert.AreEqual(new([2], new[] { 1.5f, -2f }), OnnxTensorReader.Read(External(("location", "data/m.bin"), ("offset", "4"),
            ("length", "8")), folder["m.onnx"]));
    }

    public static IEnumerable<object[]> MalformedExternal =>
    [
        [External(), "lies in another file, which it does not name."],
        [External(("location", "m.bin"), ("offset", "-4")), "has '-4' for its offset in another file."],
        [External(("location", "m.bin"), ("length", "x")), "has 'x' for its length in another file."],
        [External(("location", "m.bin")), "has 12 bytes; its shape [2] needs 8."],
        [External(("location", "m.bin"), ("length", "4")), "has 4 bytes; its shape [2] needs 8."],
        [External(("location", "m.bin"), ("offset", "8"), ("length", "8")), "needs 8 bytes from byte 8 of 'm.bin' on, which has 12."],
        [External(("location", "m.bin"), ("offset", "9223372036854775807"), ("length", "8")),
            "begins at byte 9223372036854775807 of 'm.bin', which has 12."],
        [External(("location", "../m.bin")), "refers to the file '../m.bin'; only files in its own folder are read."],
        [External(("location", "/etc/passwd")), "refers to the file '/etc/passwd'; only files in its own folder are read."],
        [External(("location", "n.bin")), "refers to the file 'n.bin', which is not there."],
        [External(("location", "m.bin\0")), "refers to the file 'm.bin\0'; only files in its own folder are read."],
    ];

    [TestMethod, DynamicData(nameof(MalformedExternal))]
    public void Read_FromAnotherFileThatDoesNotFit_SaysWhatIsWrong(object tensor, string found)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.bin", new byte[12]);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => OnnxTensorReader.Read((TensorProto)tensor, folder["m.onnx"]));
        Assert.EndsWith($"{folder["m.onnx"]}' {found}", error.Message);
    }

    [TestMethod]
    [DataRow("link.bin")]
    [DataRow("linked/m.bin")]
    public void Read_ThroughALink_IsRefused(string location)
    {
        using var folder = new TemporaryFolder();
        using var outside = new TemporaryFolder();
        outside.Write("m.bin", new byte[8]);
        Links.Create(folder["link.bin"], outside["m.bin"]);
        Links.Create(folder["linked"], outside[""]);
        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            OnnxTensorReader.Read(External(("location", location)), folder["m.onnx"]));
        Assert.Contains($"refers to the file '{location}', which is a link to", error.Message);
    }
}
