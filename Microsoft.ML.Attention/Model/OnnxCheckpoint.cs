using Google.Protobuf;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.CheckpointDialects;

namespace Microsoft.ML.Attention.Model;

/// <summary>Parameters from an ONNX model: its initializers, under the names and in the layouts that they had before they were exported.</summary>
/// <remarks>
/// Exporters store the matrix of a linear layer transposed and without a name, and merge tensors that happen to be equal, so what a
/// tensor is can only be told from the nodes that read it.
/// </remarks>
static class OnnxCheckpoint
{
    public static AttentionParameters Load(string path, string prefix)
    {
        using var stream = File.OpenRead(path);
        return Load(stream, path, prefix);
    }

    public static AttentionParameters Load(Stream stream, string path, string prefix) => Checkpoint.Load(path, prefix, Read(stream, path));

    static IReadOnlyList<CheckpointTensor> Read(Stream stream, string path)
    {
        var graph = new OnnxParameterGraph(Parse(stream, path), path);
        var modules = OnnxModules.Find(graph);
        OnnxModuleNames.Assign(graph, modules);
        var parameters = modules.SelectMany(Parameters).ToList();
        return
        [
            .. Named([.. parameters, .. Others(graph, parameters)]).Select(parameter => new CheckpointTensor(parameter.Name, () => parameter.Read(path), parameter.IsOutIn)),
            .. graph.Named.Where(constant => !constant.IsFloat && graph.Readers(constant.Name).Any(node => node.OpType.Contains("Quant") || node.OpType.StartsWith("Q") || node.OpType is "MatMulInteger" or "MatMulNBits"))
                .Select(constant => new CheckpointTensor(constant.Name, () => throw new NotSupportedException($"Tensor '{constant.Name}' of '{path}' is quantized. Load the model as it was before that, and set Precision to quantize it here."))),
        ];
    }

    static GraphProto Parse(Stream stream, string path)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(stream).Graph ?? throw new InvalidDataException($"'{path}' is not an ONNX model: it has no graph.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"'{path}' is not an ONNX model: {e.Message}", e);
        }
    }

    static IEnumerable<OnnxParameter> Parameters(OnnxModule module)
    {
        yield return new OnnxParameter(NameOf("weight", module.Weight), module.Weight, module.Weight.IsTransposed ^ module.IsInOut, IsOutIn: module.Kind != OnnxModuleKind.Norm);
        if (module.Bias is { } bias)
            yield return new OnnxParameter(NameOf("bias", bias), bias, bias.IsTransposed, IsOutIn: false, module.BiasOffset is { } offset ? (offset, module.Width) : null);

        string NameOf(string word, OnnxConstant constant) =>
            module.Stem is null || module.Stem == Stem.Split(constant.Name).Stem ? constant.Name : module.Stem + word;
    }

    /// <summary>What nodes read that are no module, or none do, under its own name.</summary>
    static IEnumerable<OnnxParameter> Others(OnnxParameterGraph graph, List<OnnxParameter> parameters)
    {
        var reads = parameters.CountBy(parameter => parameter.Constant.Name).ToDictionary();
        return graph.Named.Where(constant => constant.IsFloat && (!reads.TryGetValue(constant.Name, out var count) || count < graph.Uses(constant)))
            .Select(constant => new OnnxParameter(constant.Name, constant, IsTransposed: false, IsOutIn: false));
    }

    /// <summary>One for each name. When several tensors would have one, it is clear that it is not the name of some, and not of which: they keep their own.</summary>
    static IEnumerable<OnnxParameter> Named(IReadOnlyList<OnnxParameter> parameters) =>
        parameters.GroupBy(parameter => parameter.Name)
            .SelectMany(group => group.DistinctBy(parameter => parameter.Constant.Name).Count() > 1 ? group.Select(parameter => parameter with { Name = parameter.Constant.Name }) : group)
            .DistinctBy(parameter => parameter.Name);
}
