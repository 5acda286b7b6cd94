using System.Diagnostics;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>What is given for a checkpoint and is none is called what it is; what could block or never end is not opened.</summary>
[TestClass]
public sealed class CheckpointFileTests
{
    static string Refusal(string path, bool isOnnx = false) =>
        Assert.ThrowsExactly<InvalidDataException>(() =>
            isOnnx ? AttentionParameters.LoadOnnx(path) : AttentionParameters.LoadSafetensors(path)).Message;

    public static IEnumerable<object[]> OtherFiles =>
    [
        ["version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"u8.ToArray(),
            "a pointer of Git LFS, which stands for the file itself: fetch that with 'git lfs pull'."],
        ["\n<!DOCTYPE html><html lang=\"en\">"u8.ToArray(), "a web page, not a checkpoint: download the file itself."],
        ["PK\u0003\u0004\0\0\u0008\u0008\0\0\0\0\0\0"u8.ToArray(),
            "a zip archive, as torch.save writes, and what is in it can run code when it is read: save the tensors with safetensors."],
        ["GGUF\u0003\0\0\0\u0022\u0001"u8.ToArray(), "a GGUF file, which is not read: load the model that it was made of."],
        [new byte[] { 0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a }, "an HDF5 file, which is not read: save the tensors with safetensors."],
        [new byte[] { 0x1f, 0x8b, 8, 0, 0, 0 }, "compressed with gzip: decompress it."],
        ["{\"hidden_size\": 768}"u8.ToArray(),
            "a JSON file: a checkpoint in several files is read from its *.index.json, by LoadSafetensors."],
    ];

    [TestMethod, DynamicData(nameof(OtherFiles))]
    public void Load_OfAnotherFile_SaysWhatItIs(byte[] content, string found)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model", content);
        Assert.AreEqual($"'{path}' is {found}", Refusal(path));
        Assert.AreEqual($"'{path}' is {found}", Refusal(path, isOnnx: true));
    }

    [TestMethod]
    public void Load_OfAPickle_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("pytorch_model.bin", [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]);
        Assert.AreEqual($"'{path}' is a pickle of Python, as torch.save writes, which can run code when it is read: save the tensors "
            + "with safetensors.", Refusal(path));
    }

    [TestMethod]
    public void Load_OfTheOtherFormat_NamesItsMethod()
    {
        using var folder = new TemporaryFolder();
        var onnx = folder.Write("model.onnx", new TinyOnnx().Initializer("a", 1).ToBytes());
        var safetensors = folder.Write("model.safetensors", SafetensorsFile.OfZeros(("a", "F32", [1])));
        Assert.AreEqual($"'{onnx}' is an ONNX model: read it with LoadOnnx.", Refusal(onnx));
        Assert.AreEqual($"'{safetensors}' is a safetensors file: read it with LoadSafetensors.", Refusal(safetensors, isOnnx: true));
    }

    [TestMethod]
    public void Load_OfAFolder_NamesTheFilesInIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("snapshot/model.safetensors", [0]);
        folder.Write("snapshot/config.json", [0]);
        Assert.AreEqual($"'{folder["snapshot"]}' is a folder; give the file in it. It has: model.safetensors.",
            Refusal(folder["snapshot"]));
    }

    [TestMethod]
    public void Load_OfAnEmptyFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual($"'{folder.Write("a", [])}' is empty: a file without content, or no file but a pipe or a device.",
            Refusal(folder["a"]));
    }

    [TestMethod, Timeout(10_000, CooperativeCancellation = true)]
    public void Load_OfAPipeOrADevice_DoesNotOpenIt()
    {
        if (!File.Exists("/dev/zero") || !File.Exists("/usr/bin/mkfifo"))
            Assert.Inconclusive("There is no /dev/zero or no mkfifo here.");
        using var folder = new TemporaryFolder();
        using (var mkfifo = Process.Start("/usr/bin/mkfifo", folder["pipe"]))
            mkfifo.WaitForExit();
        Links.Create(folder["x.index.json"], "/dev/zero");
        folder.Write("shards.index.json", """{"weight_map":{"a":"pipe"}}"""u8.ToArray());
        var beside = new TensorProto { Name = "a", DataType = 1, Dims = { 1 }, DataLocation = TensorProto.Types.DataLocation.External };
        beside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "pipe" });
        folder.Write("model.onnx", new TinyOnnx().Initializer(beside).ToBytes());

        foreach (var path in (string[])["pipe", "x.index.json", "shards.index.json"])
            Assert.Contains("is empty: a file without content, or no file but a pipe or a device", Refusal(folder[path]));
        Assert.Contains("is empty: a file without content, or no file but a pipe or a device", Refusal(folder["model.onnx"], isOnnx: true));
    }

    // A model cache: blobs beside snapshots, whose files are links to them.
    [TestMethod]
    public void Load_OfACache_FollowsItsLinks_AlsoToShardsAndToDataBeside()
    {
        using var folder = new TemporaryFolder();
        folder.Write("blobs/1", """{"weight_map":{"a":"m-1.safetensors"}}"""u8.ToArray());
        folder.Write("blobs/2", SafetensorsFile.OfZeros(("a", "F32", [2])));
        folder.Write("snapshots/abc/readme", [0]);
        Links.Create(folder["snapshots/abc/m.index.json"], "../../blobs/1");
        Links.Create(folder["snapshots/abc/m-1.safetensors"], "../../blobs/2");
        Assert.AreSequenceEqual([2L], AttentionParameters.LoadSafetensors(folder["snapshots/abc/m.index.json"])["a"].Shape);
    }

    [TestMethod]
    public void Load_ThroughALinkToAnotherFolder_IsRefused_AlsoOfAShard()
    {
        using var folder = new TemporaryFolder();
        folder.Write("elsewhere/secret", SafetensorsFile.OfZeros(("a", "F32", [2])));
        folder.Write("model/m.index.json", """{"weight_map":{"a":"m-1.safetensors"}}"""u8.ToArray());
        Links.Create(folder["model/m-1.safetensors"], "../elsewhere/secret");
        Assert.EndsWith("refers to the file 'm-1.safetensors', which is a link to "
            + $"'{RealPath.Of(folder["elsewhere/secret"])}', in another folder; copy the file there instead.",
            Refusal(folder["model/m.index.json"]));
    }

    [TestMethod]
    public void Links_InACircle_AreAnError()
    {
        using var folder = new TemporaryFolder();
        Links.Create(folder["a"], "b");
        Links.Create(folder["b"], "a");
        Assert.Contains("more than 40 links", Assert.ThrowsExactly<InvalidDataException>(() => RealPath.Of(folder["a"])).Message);
    }

    [TestMethod]
    public void Header_OfManyTensors_IsReadInBoundedMemory()
    {
        var file = FileOf(100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.HasCount(100_000, Safetensors.ReadHeader(new MemoryStream(file), "file"));
        Assert.IsLessThan(10 * file.Length, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod] // however many follow: of 100 million bytes there could be two million, and a gigabyte of them
    public void Header_OfMoreTensorsThanAModelHas_IsRefused()
    {
        const int Most = 1 << 18;
        Assert.HasCount(Most, Safetensors.ReadHeader(new MemoryStream(FileOf(Most)), "file"));
        Assert.AreEqual("'file' is not a valid safetensors file: it has more than 262144 tensors, the most that are read.",
            Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.ReadHeader(new MemoryStream(FileOf(Most + 1)), "file")).Message);
    }

    static byte[] FileOf(int tensors) =>
        SafetensorsFile.Of($"{{{string.Join(',', Enumerable.Range(0, tensors).Select(i => $$"""
            "t{{i}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}
            """))}}}");
}
