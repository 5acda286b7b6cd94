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
        _reading = modules.SelectMany(module => module.Inputs.Distinct().Select(input => (input, module)))
            .ToLookup(read => read.input, read => read.module);
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

    string? Own(OnnxModule module) =>
        Parameters(module).Where(constant => _graph.Uses(constant) == 1).Select(StemOf).FirstOrDefault(stem => stem is not null);

    /// <summary>A layer that is run several times reads the same parameters each time.</summary>
    static string? Shared(OnnxModule module) => Parameters(module).Select(StemOf).FirstOrDefault(stem => stem is not null);

    static IEnumerable<OnnxConstant> Parameters(OnnxModule module) =>
        module is { Bias: { } bias, BiasOffset: null } ? [module.Weight, bias] : [module.Weight];

    static string? StemOf(OnnxConstant constant) => IsParameter(constant.Name) ? Stem.Split(constant.Name).Stem : null;

    /// <summary>PyTorch names a node after the module it came from: <c>/layers.0/linear1/MatMul</c>.</summary>
    static string? PathOf(OnnxModule module) =>
        module.Node.Name.Split('/') is ["", .. { Length: > 0 } path, _] ? $"{string.Join('.', path)}." : null;

    /// <summary>The in-projection of the layer whose out-projection reads what a fused attention computes.</summary>
    string? Attention(OnnxModule attention)
    {
        var own = Own(attention);
        return KnownDialects.Locate(own) is not null ? own
            : Reading(attention.Output).FirstOrDefault(module => module.Stem == Stem.OutProjection)?.InLayer(Stem.InProjection) ?? own
                ?? Shared(attention);
    }

    /// <summary>
    /// A norm whose output is added to later, where the residual stream goes on, is a post-norm, and belongs to what computed its input.
    /// Another one belongs to what reads it; the last is read by no module of a layer.
    /// </summary>
    string? Norm(OnnxModule norm, HashSet<string> taken)
    {
        if (!IsAddedTo(norm.Output))
            foreach (var module in Reading(norm.Output))
            {
                if (Stem.Queries.Contains(module.Stem))
                    return module.InLayer(Stem.Norm1);
                if (module.Stem == Stem.Linear1 || module.Stem == Stem.LinearGate || module.Stem == Stem.FusedGate)
                    return module.InLayer(Stem.Norm2);
            }
        foreach (var module in norm.Inputs.SelectMany(input => Located(_computing[input])))
        {
            if (module.Stem == Stem.OutProjection)
                return module.InLayer(Stem.Norm1);
            if (module.Stem == Stem.Linear2)
                return taken.Contains(module.InLayer(Stem.Norm2)) ? module.BesideLayers(Stem.FinalNorm) : module.InLayer(Stem.Norm2);
        }
        return null;
    }

    IEnumerable<LocatedModule> Reading(string value) => Located(_reading[value]);

    static IEnumerable<LocatedModule> Located(IEnumerable<OnnxModule> modules) =>
        modules.Where(module => module.Kind != OnnxModuleKind.Norm).Select(module => KnownDialects.Locate(module.Stem))
            .OfType<LocatedModule>();

    bool IsAddedTo(string value) => _graph.Readers(value).Any(node => node.OpType switch
    {
        "Add" => node.Input.All(input => _graph.Constant(input) is null),
        "SkipLayerNormalization" or "SkipSimplifiedLayerNormalization" => Input(node, 0) == value || Input(node, 1) == value,
        _ => false,
    });
}
