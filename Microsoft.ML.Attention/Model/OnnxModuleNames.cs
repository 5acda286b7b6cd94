using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Model.CheckpointDialects;
using static Microsoft.ML.Attention.Model.OnnxParameterGraph;

namespace Microsoft.ML.Attention.Model;

/// <summary>
/// Finds out what the modules of a graph were called. A parameter that only one module reads tells its name, if it kept it; else the
/// path in the node's name does; else what stands beside the module does, as every layer has the same modules in the same places.
/// </summary>
static class OnnxModuleNames
{
    public static void Assign(OnnxParameterGraph graph, IReadOnlyList<OnnxModule> modules)
    {
        foreach (var module in modules.Where(module => module.Kind == OnnxModuleKind.Linear))
            module.Stem = Own(graph, module) ?? PathOf(module.Node) ?? Shared(module);
        foreach (var module in modules.Where(module => module.Kind == OnnxModuleKind.Attention))
            module.Stem = Attention(graph, modules, module);
        foreach (var module in modules.Where(module => module.Kind == OnnxModuleKind.Norm))
            module.Stem = Own(graph, module) ?? PathOf(module.Node) ?? Norm(graph, modules, module);
    }

    static string? Own(OnnxParameterGraph graph, OnnxModule module) => Parameters(module).Where(constant => graph.Uses(constant) == 1).Select(StemOf).FirstOrDefault(stem => stem is not null);

    /// <summary>A layer that is run several times reads the same parameters each time.</summary>
    static string? Shared(OnnxModule module) => Parameters(module).Select(StemOf).FirstOrDefault(stem => stem is not null);

    static IEnumerable<OnnxConstant> Parameters(OnnxModule module) => module is { Bias: { } bias, BiasOffset: null } ? [module.Weight, bias] : [module.Weight];

    static string? StemOf(OnnxConstant constant) => IsParameter(constant.Name) ? Stem.Split(constant.Name).Stem : null;

    /// <summary>PyTorch names a node after the module it came from: <c>/layers.0/linear1/MatMul</c>.</summary>
    static string? PathOf(NodeProto node) => node.Name.Split('/') is ["", .. { Length: > 0 } path, _] ? $"{string.Join('.', path)}." : null;

    /// <summary>The in-projection of the layer whose out-projection reads what it computes.</summary>
    static string? Attention(OnnxParameterGraph graph, IReadOnlyList<OnnxModule> modules, OnnxModule attention)
    {
        var own = Own(graph, attention);
        return KnownDialects.Locate(own) is not null ? own
            : Reading(modules, attention.Output).FirstOrDefault(place => place.Stem == Stem.OutProjection)?.InLayer(Stem.InProjection) ?? own ?? Shared(attention);
    }

    /// <summary>
    /// After a norm whose output is added to later, the residual stream goes on: it is a post-norm, and belongs to what it normalizes the
    /// sum with. Any other comes before what reads it; one that no module of a layer reads is the last.
    /// </summary>
    static string? Norm(OnnxParameterGraph graph, IReadOnlyList<OnnxModule> modules, OnnxModule norm)
    {
        var before = modules.Where(module => module.Kind == OnnxModuleKind.Linear && norm.Inputs.Contains(module.Output)).Select(module => KnownDialects.Locate(module.Stem)).OfType<ModulePlace>().FirstOrDefault();
        if (!IsAddedTo(graph, norm.Output))
            foreach (var place in Reading(modules, norm.Output))
                switch (place.Stem)
                {
                    case Stem.InProjection or Stem.QueryProjection or Stem.FusedProjection:
                        return place.InLayer(Stem.Norm1);
                    case Stem.Linear1 or Stem.LinearGate or Stem.FusedGate:
                        return place.InLayer(Stem.Norm2);
                }
        return before?.Stem switch
        {
            Stem.OutProjection => before.InLayer(Stem.Norm1),
            Stem.Linear2 when modules.Any(module => module.Stem == before.InLayer(Stem.Norm2)) => before.BesideLayers(Stem.FinalNorm),
            Stem.Linear2 => before.InLayer(Stem.Norm2),
            _ => null,
        };
    }

    static IEnumerable<ModulePlace> Reading(IReadOnlyList<OnnxModule> modules, string value) =>
        modules.Where(module => module.Kind != OnnxModuleKind.Norm && module.Inputs.Contains(value)).Select(module => KnownDialects.Locate(module.Stem)).OfType<ModulePlace>();

    static bool IsAddedTo(OnnxParameterGraph graph, string value) => graph.Readers(value).Any(node => node.OpType switch
    {
        "Add" => node.Input.All(input => graph.Constant(input) is null),
        "SkipLayerNormalization" or "SkipSimplifiedLayerNormalization" => Input(node, 0) == value || Input(node, 1) == value,
        _ => false,
    });
}
