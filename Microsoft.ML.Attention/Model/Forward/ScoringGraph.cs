using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>A stage as one graph from its columns to its outputs, the parameters inside.</summary>
static class ScoringGraph
{
    public static readonly Dim Batch = "batch", Sequence = "sequence", Source = "source", Patches = "patches", SourcePatches = "source_patches";

    /// <summary>The axis of tokens that an axis of frames becomes.</summary>
    public static Dim TokensOf(Architecture a, Dim frames) => a.PatchLength is null ? frames
        : !frames.IsSymbolic ? a.Patches.Tokens((int)frames.Size)
        : frames == Source ? SourcePatches : Patches;

    /// <param name="a">What to build.</param>
    /// <param name="tensors">Every tensor of the layout.</param>
    /// <param name="form">How attention is written.</param>
    /// <param name="variant">Inputs and outputs.</param>
    /// <param name="names">Their names.</param>
    /// <param name="storage">How learned matrices are stored: as Int8 or UInt8, which tokens are then quantized for; as Float16 or BFloat16, which tokens then are too; null as real numbers.</param>
    public static Graph Build(Architecture a, AttentionParameters tensors, AttentionForm form, ScoringVariant variant, ScoringNames names, ElementType? storage = null)
    {
        var graph = new Graph();
        var isInt8 = storage is ElementType.Int8 or ElementType.UInt8;
        if (isInt8 && a.IsCrossAttention)
            for (var model = 0; model < a.NumberOfModels; model++)
                tensors = Unpacked(a, tensors, a.NumberOfModels == 1 ? "" : ModelTensors.Prefix(model));
        var half = isInt8 ? null : storage;
        var measured = ParameterLayout.Of(a).Where(spec => spec.Draw == Draw.Measured).Select(spec => spec.Name).ToHashSet();   // of numbers of any size
        var parameters = tensors.Names.ToDictionary(name => name,
            name => graph.Initializer(name, measured.Contains(name) ? graph.Real : half ?? graph.Real, tensors[name].Values, [.. tensors[name].Shape.Select(size => (Dim)size)]));
        var int8 = isInt8 ? new Int8Projection(graph, tensors, storage!.Value) : null;
        var pass = new ForwardPass(graph, a, parameters, form, int8: int8, half: half);
        var outputs = pass.Build(Inputs(a, graph, variant, names), variant.NeedsWeights);
        foreach (var output in variant.Outputs ?? new([]))
            graph.Output(names.Of(output), output.Build(pass, outputs));
        return graph;
    }

    /// <summary>The projections of queries, keys and values as a matrix each, where other tokens are multiplied by each.</summary>
    static AttentionParameters Unpacked(Architecture a, AttentionParameters tensors, string model)
    {
        var prefix = model + a.AttentionPrefix(0);
        if (tensors.Find($"{prefix}in_proj_weight") is not { } packed)
            return tensors;
        var (queries, keys, values) = a.ProjectionDimensions(0);
        var parts = ProjectionPacking.Split(packed, queries, keys, values);
        return AttentionParameters.Create(tensors.All.Where(t => t.Value != packed).Concat(parts.Zip("qkv", (part, name) => KeyValuePair.Create($"{prefix}{name}_proj_weight", part))));
    }

    /// <summary>Declares the graph's inputs.</summary>
    public static ForwardInputs Inputs(Architecture a, Graph graph, ScoringVariant variant, ScoringNames names)
    {
        Value[] tokens = [.. names.Tokens.Select((name, i) => a.ReadsTokenIds
            ? graph.Input(name, ElementType.Int64, Batch, LengthOf(i))
            : Embeddings(name, LengthOf(i), a.EmbeddingDimensions[a.EmbeddingDimensions.Count == 1 ? 0 : i]))];
        var keys = a.KeyDimension is int keyWidth ? Embeddings(names.Keys, Source, keyWidth) : null;
        var sequence = tokens.Select(t => t.Shape[1]).Aggregate((sum, length) => sum + length);
        var source = keys is null ? sequence : keys.Shape[1];
        return new ForwardInputs
        {
            Tokens = tokens,
            Keys = keys,
            Values = a.ValueDimension is int valueWidth ? Embeddings(names.Values, source, valueWidth) : null,
            Mask = variant.HasMask ? graph.Input(names.Mask, ElementType.Bool, Batch, source) : null,
            QueryMask = variant.HasQueryMask ? graph.Input(names.QueryMask, ElementType.Bool, Batch, sequence) : null,
            MayMissIds = variant.MayMissIds,
            Bias = variant.HasBias ? graph.Input(names.Bias, Batch, a.NumberOfHeads, TokensOf(a, sequence), TokensOf(a, source)) : null,
        };

        // Several inputs are one after the other in one sequence, so that each has a length of its own.
        Dim LengthOf(int i) => names.Tokens.Count == 1 ? Sequence : a.InputLengths is { } known ? known[i] : $"{Sequence}_{i}";

        // A column may be read twice, as queries and as keys for instance; it is one input.
        Value Embeddings(string name, Dim length, int width) =>
            graph.Inputs.FirstOrDefault(input => input.Name == name && input.Shape[2].Size == width) ?? graph.Input(name, Batch, length, width);
    }
}
