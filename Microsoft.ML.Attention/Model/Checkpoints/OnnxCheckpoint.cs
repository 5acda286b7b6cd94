using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>Parameters from an ONNX model: its initializers,
/// under the names and in the layouts that they had before they were exported.</summary>
/// <remarks>
/// Exporters store the matrix of a linear layer transposed and without a name, and merge tensors that happen to be equal, so what a
/// tensor is can only be told from the nodes that read it.
/// </remarks>
static class OnnxCheckpoint
{
    public static AttentionParameters Load(string path, string prefix)
    {
        using var stream = CheckpointFile.Open(path, CheckpointFile.Format.Onnx);
        return Load(stream, path, prefix);
    }

    public static AttentionParameters Load(Stream stream, string path, string prefix) => Checkpoint.Load(path, prefix, Read(stream, path));

    /// <summary>What the model holds, each tensor read when it is asked for.</summary>
    public static IReadOnlyList<CheckpointTensor> Read(Stream stream, string path)
    {
        var graph = new OnnxParameterGraph(Parse(stream, path), path);
        var modules = OnnxModules.Find(graph);
        OnnxModuleNames.Assign(graph, modules);
        var parameters = modules.SelectMany(Parameters).ToList();
        parameters.AddRange(Others(graph, parameters));

        var read = new Dictionary<(string, bool), AttentionTensor>(); // what several parameters share is read once
        var quantized = graph.Named.Where(constant => !constant.IsFloat && graph.Readers(constant.Name).Any(IsQuantized));
        return
        [
            .. Named(parameters).Select(parameter =>
                new CheckpointTensor(parameter.Name, () => parameter.Read(path, read), parameter.IsOutIn))
                .Concat(quantized.Select(constant => new CheckpointTensor(constant.Name, () => throw Quantized(constant.Name, path))))
                .DistinctBy(tensor => tensor.Name)
        ];
    }

    static bool IsQuantized(NodeProto node) =>
        node.OpType is "DequantizeLinear" or "MatMulInteger" or "MatMulIntegerToFloat" or "DynamicQuantizeMatMul"
        or "QLinearMatMul" or "QGemm" or "QAttention" or "MatMulNBits";

    static NotSupportedException Quantized(string name, string path) =>
        new($"Tensor '{name}' of '{path}' is quantized. Load the model as it was before; Precision quantizes it here.");

    static GraphProto Parse(Stream stream, string path)
    {
        try
        {
            if (stream is FileStream && OnnxSkeleton.Read(stream, Path.GetFileName(path)) is { } skeleton)
                return skeleton;
            if (stream.CanSeek)
                stream.Position = 0;
            return ModelProto.Parser.ParseFrom(stream).Graph
                ?? throw new InvalidDataException($"'{path}' is not an ONNX model: it has no graph.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"'{path}' is not an ONNX model: {e.Message}", e);
        }
    }

    static IEnumerable<OnnxParameter> Parameters(OnnxModule module)
    {
        var weight = module.Weight;
        yield return new OnnxParameter(Name("weight", weight), weight, weight.IsTransposed ^ module.IsInOut,
            IsOutIn: module.Kind != OnnxModuleKind.Norm);
        if (module.Bias is { } bias)
            yield return new OnnxParameter(Name("bias", bias), bias, bias.IsTransposed, IsOutIn: false,
                module.BiasOffset is { } offset ? (offset, module.Width) : null);

        string Name(string word, OnnxConstant constant) => module.Stem is { } stem ? stem + word : constant.Name;
    }

    /// <summary>What is read by nodes that are no module, or by none, under its own name.</summary>
    static IEnumerable<OnnxParameter> Others(OnnxParameterGraph graph, List<OnnxParameter> parameters)
    {
        var reads = parameters.CountBy(parameter => parameter.Constant.Name).ToDictionary();
        return [.. from constant in graph.Named
                   where constant.IsFloat && (!reads.TryGetValue(constant.Name, out var count) || count < graph.Uses(constant))
                   select new OnnxParameter(constant.Name, constant, IsTransposed: false, IsOutIn: false)];
    }

    /// <summary>A name that several tensors would have is not that of all of them, and nothing tells whose it is:
    /// they keep their own.</summary>
    static IEnumerable<OnnxParameter> Named(IReadOnlyList<OnnxParameter> parameters) =>
        from named in parameters.GroupBy(parameter => parameter.Name)
        let isClear = named.DistinctBy(parameter => parameter.Constant.Name).Count() == 1
        from parameter in named
        select isClear ? parameter : parameter with { Name = parameter.Constant.Name };
}

/// <summary>A constant of a graph, and what it was before the model was exported.</summary>
/// <param name="Name">Its name then.</param>
/// <param name="Constant">Where its numbers are.</param>
/// <param name="IsTransposed">They are stored as its transpose.</param>
/// <param name="IsOutIn">It is the matrix of a linear layer, <c>[out, in]</c> once that is undone.</param>
/// <param name="Part">Where it begins in the constant and how long it is, when that holds several.</param>
sealed record OnnxParameter(string Name, OnnxConstant Constant, bool IsTransposed, bool IsOutIn, (long Begin, long Length)? Part = null)
{
    /// <param name="path">The model.</param>
    /// <param name="read">What was read before, by its constant and whether it was turned.</param>
    public AttentionTensor Read(string path, Dictionary<(string Constant, bool IsTransposed), AttentionTensor> read)
    {
        if (!read.TryGetValue((Constant.Name, IsTransposed), out var tensor))
        {
            tensor = OnnxTensorReader.Read(Constant.Tensor, path);
            read.Add((Constant.Name, IsTransposed), tensor = IsTransposed ? tensor.Transpose() : tensor);
        }
        return Part is var (begin, length) ? new AttentionTensor([length], tensor.Values.Slice((int)begin, (int)length)) : tensor;
    }
}
