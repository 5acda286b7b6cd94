using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>A stage as one graph from its columns to its outputs, the parameters inside.</summary>
static class ScoringGraph
{
    public static readonly Dim Batch = "batch", Sequence = "sequence", Source = "source", Patches = "patches",
        SourcePatches = "source_patches", Tokens = "tokens";

    /// <summary>The axis of tokens that an axis of frames becomes.</summary>
    public static Dim PatchesOf(Architecture a, Dim frames) => a.PatchLength is null ? frames
        : !frames.IsSymbolic ? a.Patches.Tokens((int)frames.Size)
        : frames == Source ? SourcePatches : Patches;

    /// <param name="a">What to build.</param>
    /// <param name="tensors">Every tensor of the layout.</param>
    /// <param name="form">How attention is written.</param>
    /// <param name="variant">Inputs and outputs.</param>
    /// <param name="names">Their names.</param>
    /// <param name="storage">How learned matrices are stored: as Int8 or UInt8, which tokens are then quantized for; as Float16 or
    /// BFloat16, which tokens then are too; null as real numbers.</param>
    public static Graph Build(Architecture a, AttentionParameters tensors, AttentionForm form, ScoringVariant variant, ScoringNames names,
        ElementType? storage = null)
    {
        var graph = new Graph();
        var isInt8 = storage is ElementType.Int8 or ElementType.UInt8;
        if (isInt8 && a.IsCrossAttention)
            for (var model = 0; model < a.NumberOfModels; model++)
                tensors = Unpacked(a, tensors, a.NumberOfModels == 1 ? TensorScope.Root : ModuleNames.Models[model]);
        var half = isInt8 ? null : storage;
        // of numbers of any size
        var measured = ParameterLayout.Of(a).Where(spec => spec.Draw == Draw.Measured).Select(spec => spec.Name).ToHashSet();
        var parameters = tensors.Names.ToDictionary(name => name,
            name => graph.Initializer(name, measured.Contains(name) ? graph.Real : half
                ?? graph.Real, tensors[name].Values, [.. tensors[name].Shape.Select(size => (Dim)size)]));
        var int8 = isInt8 ? new Int8Projection(graph, tensors, storage!.Value) : null;
        var pass = new ForwardPass(graph, a, parameters, form, int8: int8, half: half);
        var outputs = pass.Build(Inputs(a, graph, variant, names), variant.NeedsWeights);
        foreach (var output in variant.Outputs ?? new([]))
        {
            var value = output.Build(pass, outputs);
            graph.Output(names.Of(output), names.AreInternal ? value.CastReal() : value);
        }
        return graph;
    }

    /// <summary>The projections of queries, keys and values as a matrix each, where other tokens are multiplied by each.</summary>
    static AttentionParameters Unpacked(Architecture a, AttentionParameters tensors, TensorScope model)
    {
        var attention = new AttentionScope(model[a.AttentionOf(0).Scope.Path]);
        if (tensors.Find(attention.InProjection.Weight) is not { } packed)
            return tensors;
        var (queries, keys, values) = a.ProjectionDimensions(0);
        var parts = ProjectionPacking.Split(packed, queries, keys, values);
        return AttentionParameters.Create(tensors.All.Where(t => t.Value != packed)
            .Concat(parts.Zip(attention.Projections, (part, projection) => KeyValuePair.Create(projection.Weight.Path, part))));
    }

    /// <summary>Declares the graph's inputs.</summary>
    public static ForwardInputs Inputs(Architecture a, Graph graph, ScoringVariant variant, ScoringNames names)
    {
        var inputs = a.Fields.Zip(names.Fields).Where(f => f.First.Role == TokenRole.Input).Sum(f => f.Second.Count);
        var (next, source) = (0, (Dim?)null);
        Value[] fields = [.. a.Fields.Zip(names.Fields, Joined)];
        var sequence = a.Fields.Zip(fields).Where(f => f.First.Role == TokenRole.Input).Select(f => f.Second.Shape[1])
            .Aggregate((sum, length) => sum + length);
        var keys = source ?? sequence;
        return new ForwardInputs
        {
            Fields = fields,
            Mask = variant.HasMask ? graph.Input(names.Mask, ElementType.Bool, Batch, keys) : null,
            QueryMask = variant.HasQueryMask ? graph.Input(names.QueryMask, ElementType.Bool, Batch, sequence) : null,
            MayMissIds = variant.MayMissIds,
            Bias = variant.HasBias ? graph.Input(names.Bias, Batch, a.NumberOfHeads, PatchesOf(a, sequence), PatchesOf(a, keys)) : null,
        };

        // The columns of a field one after the other; ids count through the tables of all of them.
        Value Joined(TokenField field, IReadOnlyList<string> columns)
        {
            if (columns.Count == 1)
            {
                var only = Column(field, columns[0], field.Length, field.Width);
                return names.AreColumns && field is { IsPerElement: true, HoldsIds: true } ? Moved(only, field, 0) : only;
            }
            Value[] parts = [.. columns.Select((name, i) => field.HoldsIds
                ? Moved(Column(field, name, field.IsPerElement ? field.Elements[i] : null, 1), field, i)
                : Column(field, name, field.IsPerElement ? 1 : null, field.IsPerElement ? field.Elements[i] : field.Width))];
            return Operators.Concat(field.IsPerElement && !field.HoldsIds ? 2 : 1, parts);
        }

        // A column may be read twice, as queries and as keys for instance; it is one input.
        Value Column(TokenField field, string name, int? known, int width)
        {
            Dim length = field.Role != TokenRole.Input ? source ?? Source : known is int size ? size : LengthOf(next++);
            var (type, shape) = field.HoldsIds ? (ElementType.Int64, (Dim[])[Batch, length]) : (graph.Real, [Batch, length, width]);
            var column = graph.Inputs.FirstOrDefault(input =>
                input.Name == name && input.Type == type && input.Shape[2..].SequenceEqual(shape[2..])) ?? graph.Input(name, type, shape);
            if (field.Role != TokenRole.Input)
                source ??= column.Shape[1];
            return column;
        }

        // Several inputs are one after the other in one sequence, so that each has a length of its own.
        Dim LengthOf(int column) => inputs == 1 ? Sequence : $"{Sequence}_{column}";

        Value Moved(Value ids, TokenField field, int column)
        {
            var offset = a.TableOffset(field, column);
            var offsets = field.IsPerElement
                ? graph.Longs([.. Enumerable.Range(0, field.Elements[column])
                    .Select(index => (long)offset + index * a.IdsOf(field, column))])
                : graph.Scalar(offset, ElementType.Int64);
            return ids.GreaterOrEqual(graph.Scalar(0, ElementType.Int64)).Where(ids + offsets, ids);
        }
    }
}
