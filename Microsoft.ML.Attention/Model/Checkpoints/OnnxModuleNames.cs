using Microsoft.ML.Attention.Model.Checkpoints.Dialects;
using static Microsoft.ML.Attention.Model.Checkpoints.OnnxParameterGraph;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>
/// Finds out what the modules of a graph were called. A parameter that only one module reads tells its name, if it kept it; else the
/// path in the node's name does; else what stands beside the module does, as every layer has the same modules in the same places.
/// </summary>
sealed class OnnxModuleNames
{
    readonly OnnxParameterGraph _graph;
    readonly ILookup<string, OnnxModule> _reading;    // by what they compute from
    readonly ILookup<string, OnnxModule> _computing;  // by what they compute

    OnnxModuleNames(OnnxParameterGraph graph, IReadOnlyList<OnnxModule> modules)
    {
        _graph = graph;
        _reading = modules.SelectMany(module => module.Inputs.Distinct().Select(input => (input, module))).ToLookup(read => read.input, read => read.module);
        _computing = modules.ToLookup(module => module.Output);
    }

    public static void Assign(OnnxParameterGraph graph, IReadOnlyList<OnnxModule> modules)
    {
        var names = new OnnxModuleNames(graph, modules);
        foreach (var module in modules.Where(module => module.Kind == OnnxModuleKind.Linear))
            module.Stem = names.Own(module) ?? PathOf(module) ?? Shared(module);
        foreach (var module in modules.Where(module => module.Kind == OnnxModuleKind.Attention))
            module.Stem = names.Attention(module);
        var taken = new HashSet<string>();
        foreach (var module in modules.Where(module => module.Kind == OnnxModuleKind.Norm))
            if ((module.Stem = names.Own(module) ?? PathOf(module) ?? names.Norm(module, taken)) is { } stem)
                taken.Add(stem);
    }

    string? Own(OnnxModule module) => Parameters(module).Where(constant => _graph.Uses(constant) == 1).Select(StemOf).FirstOrDefault(stem => stem is not null);

    /// <summary>A layer that is run several times reads the same parameters each time.</summary>
    static string? Shared(OnnxModule module) => Parameters(module).Select(StemOf).FirstOrDefault(stem => stem is not null);

    static IEnumerable<OnnxConstant> Parameters(OnnxModule module) => module is { Bias: { } bias, BiasOffset: null } ? [module.Weight, bias] : [module.Weight];

    static string? StemOf(OnnxConstant constant) => IsParameter(constant.Name) ? Stem.Split(constant.Name).Stem : null;

    /// <summary>PyTorch names a node after the module it came from: <c>/layers.0/linear1/MatMul</c>.</summary>
    static string? PathOf(OnnxModule module) => module.Node.Name.Split('/') is ["", .. { Length: > 0 } path, _] ? $"{string.Join('.', path)}." : null;

    /// <summary>The in-projection of the layer whose out-projection reads what a fused attention computes.</summary>
    string? Attention(OnnxModule attention)
    {
        var own = Own(attention);
        return KnownDialects.Locate(own) is not null ? own
            : Reading(attention.Output).FirstOrDefault(place => place.Stem == Stem.OutProjection)?.InLayer(Stem.InProjection) ?? own ?? Shared(attention);
    }

    /// <summary>
    /// A norm whose output is added to later, where the residual stream goes on, is a post-norm, and belongs to what computed its input.
    /// Another one belongs to what reads it; the last is read by no module of a layer.
    /// </summary>
    string? Norm(OnnxModule norm, HashSet<string> taken)
    {
        if (!IsAddedTo(norm.Output))
            foreach (var place in Reading(norm.Output))
                switch (place.Stem)
                {
                    case Stem.InProjection or Stem.QueryProjection or Stem.FusedProjection:
                        return place.InLayer(Stem.Norm1);
                    case Stem.Linear1 or Stem.LinearGate or Stem.FusedGate:
                        return place.InLayer(Stem.Norm2);
                }
        foreach (var place in norm.Inputs.SelectMany(input => Places(_computing[input])))
            switch (place.Stem)
            {
                case Stem.OutProjection:
                    return place.InLayer(Stem.Norm1);
                case Stem.Linear2:
                    return taken.Contains(place.InLayer(Stem.Norm2)) ? place.BesideLayers(Stem.FinalNorm) : place.InLayer(Stem.Norm2);
            }
        return null;
    }

    IEnumerable<ModulePlace> Reading(string value) => Places(_reading[value]);

    static IEnumerable<ModulePlace> Places(IEnumerable<OnnxModule> modules) =>
        modules.Where(module => module.Kind != OnnxModuleKind.Norm).Select(module => KnownDialects.Locate(module.Stem)).OfType<ModulePlace>();

    bool IsAddedTo(string value) => _graph.Readers(value).Any(node => node.OpType switch
    {
        "Add" => node.Input.All(input => _graph.Constant(input) is null),
        "SkipLayerNormalization" or "SkipSimplifiedLayerNormalization" => Input(node, 0) == value || Input(node, 1) == value,
        _ => false,
    });
}
