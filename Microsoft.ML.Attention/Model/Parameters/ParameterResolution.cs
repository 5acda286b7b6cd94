namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Completes the given tensors to those that an architecture has: checks names and shapes,
/// packs or splits projections, draws what is missing.</summary>
static class ParameterResolution
{
    /// <summary>The given tensors under the names of a stage of so many layers: a lone layer is bare,
    /// attention alone has no <c>self_attn</c>.</summary>
    /// <exception cref="ArgumentException">There are more layers than the stage has.</exception>
    /// <exception cref="NotSupportedException">The tensors are of an attention that this library does not compute.</exception>
    public static AttentionParameters Canonical(AttentionParameters given, AttentionBlock block, int layers)
    {
        TensorsNotComputed.Refuse(given, block != AttentionBlock.Attention);
        var most = given.Names.Select(name => LayerScope.Locate(name)?.Layer).Max() + 1 ?? 0;
        if (most > layers)
            throw new ArgumentException($"The parameters have {most} layers, but NumberOfLayers is {layers}.");
        var lone = LayerScope.Of(1, 0).SelfAttention.Scope;
        return AttentionParameters.Create(given.Names.Select(name => KeyValuePair.Create(Renamed(name), given[name])), given.LeftOut);

        string Renamed(string name)
        {
            if (layers == 1 && LayerScope.Locate(name) is { } located)
                name = located.Name;
            if (name == "score.weight")                                         // as the decoders of Hugging Face call their classifier
                name = ModuleNames.Classifier.Weight;
            return block == AttentionBlock.Attention && lone.Holds(name) ? lone.Within(name) : name;
        }
    }

    /// <param name="a">What the tensors are for.</param>
    /// <param name="given">Tensors under canonical names; null for none.</param>
    /// <param name="draw">Draws a tensor that was not given; null where that is an error.</param>
    /// <exception cref="ArgumentException">A tensor is missing or misshapen; the message names it and those that are there.</exception>
    public static AttentionParameters Resolve(Architecture a, AttentionParameters? given, Func<ParameterSpec, AttentionTensor>? draw)
    {
        var tensors = new Dictionary<string, AttentionTensor>();
        var taken = new HashSet<string>();
        var layout = ParameterLayout.Of(a);
        // A layer without heads has no projection whose presence could tell whether there is a bias.
        if (given is not null)
            taken.UnionWith(layout.Select(spec => spec.BiasOf).OfType<string>().Except(layout.Select(spec => spec.Name)));
        foreach (var spec in layout)
        {
            if (Find(given, spec) is { } found)
            {
                tensors[spec.Name] = Checked(found, spec);
                taken.Add(spec.Name);
            }
            else if (spec.BiasOf is null || !taken.Contains(spec.BiasOf))
            {
                tensors[spec.Name] = draw?.Invoke(spec)
                    ?? throw new ArgumentException(
                        $"The parameters have no tensor '{spec.Name}' {Shape(spec.Shape)}. They have: {Listed(given!)}.");
            }
        }
        return AttentionParameters.Create(tensors);
    }

    /// <summary>The given tensors that are no part of the stage.</summary>
    public static IReadOnlyList<string> LeftOut(Architecture a, AttentionParameters given)
    {
        var used = ParameterLayout.Of(a).SelectMany(spec => given.Find(spec.Name) is null ? Parts(spec.Name) : [spec.Name]).ToHashSet();
        return [.. given.Names.Where(name => !used.Contains(name)), .. given.LeftOut];
    }

    /// <summary>What a matrix of queries, keys and values may be given as.</summary>
    static string[] Parts(string name) => new AttentionScope(TensorScope.Root).InProjection.Weight.OwnerOf(name) is { } owner
        ? [.. new AttentionScope(owner).Projections.Select(part => part.Weight.Path)]
        : [];

    static AttentionTensor? Find(AttentionParameters? given, ParameterSpec spec)
    {
        if (given is null)
            return null;
        if (given.Find(spec.Name) is { } exact)
            return exact;
        // Projections of one shape may be given apart.
        return Parts(spec.Name) is [var query, var key, var value] && given.Find(query) is { } q && given.Find(key) is { } k
            && given.Find(value) is { } v
            ? ProjectionPacking.Pack(q, k, v)
            : null;
    }

    static AttentionTensor Checked(AttentionTensor tensor, ParameterSpec spec) => tensor.Shape.SequenceEqual(spec.Shape)
        ? tensor
        : throw new ArgumentException($"The tensor '{spec.Name}' is {tensor}; needed is {Shape(spec.Shape)}.");

    static string Shape(long[] shape) => $"[{string.Join(", ", shape)}]";

    static string Listed(AttentionParameters given) =>
        string.Join(", ", given.Names.Take(24).Select(n => $"{n} {given[n]}")) + (given.Names.Count > 24 ? ", ..." : "");
}
