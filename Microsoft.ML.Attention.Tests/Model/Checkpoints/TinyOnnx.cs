using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.Checkpoints;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>An ONNX model in memory; its k-th initializer (from 1) holds 1000 k, 1000 k + 1, ...
/// so that every value tells where it comes from.</summary>
sealed class TinyOnnx
{
    readonly GraphProto _graph = new() { Input = { new ValueInfoProto { Name = "x" } } };

    public TinyOnnx Initializer(string name, params long[] shape)
    {
        var values = Enumerable.Range(0, (int)AttentionTensor.Count(shape)).Select(i => 1000f * (_graph.Initializer.Count + 1) + i);
        var bytes = ByteString.CopyFrom(SafetensorsFile.Bytes([.. values]));
        return Initializer(new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { shape },
            RawData = bytes
        });
    }

    public TinyOnnx Initializer(TensorProto tensor)
    {
        _graph.Initializer.Add(tensor);
        return this;
    }

    public TinyOnnx Node(string type, string[] inputs, string[] outputs, string name = "", string domain = "",
        params AttributeProto[] attributes)
    {
        _graph.Node.Add(new NodeProto
        {
            OpType = type,
            Input = { inputs },
            Output = { outputs },
            Name = name,
            Domain = domain,
            Attribute = { attributes }
        });
        return this;
    }

    public AttentionTensor this[string initializer] =>
        OnnxTensorReader.Read(_graph.Initializer.Single(tensor => tensor.Name == initializer), "memory");

    public byte[] ToBytes() => new ModelProto { IrVersion = 8, Graph = _graph }.ToByteArray();

    public AttentionParameters Load(string prefix = "") => OnnxCheckpoint.Load(new MemoryStream(ToBytes()), "tiny.onnx", prefix);
}
