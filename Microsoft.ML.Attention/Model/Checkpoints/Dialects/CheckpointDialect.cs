namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>How a family of models names the tensors of its layers: a table from its names to ours.</summary>
/// <remarks>
/// The tables hold stems, see <see cref="Stem"/>: <c>attn.c_attn.</c> stands for <c>attn.c_attn.weight</c> and <c>attn.c_attn.bias</c>.
/// </remarks>
sealed record CheckpointDialect
{
    /// <summary>The list that holds the layers, <c>h</c> in <c>h.0.attn.c_attn.weight</c>;
    /// null where there is none that could be stacked.</summary>
    public string? Layers { get; init; }

    /// <summary>What stands between the model's own names and the list of layers: <c>encoder.</c> in <c>bert.encoder.layer.0</c>.</summary>
    public string ListScope { get; init; } = "";

    /// <summary>Where in a layer a prefix may point, for its attention alone: <c>attn.</c>.</summary>
    public required IReadOnlyList<string> AttentionPaths { get; init; }

    /// <summary>Stems within a layer.</summary>
    public required IReadOnlyDictionary<string, string> InLayer { get; init; }

    /// <summary>Stems beside the list of layers, from <see cref="ListScope"/>'s beginning on.</summary>
    public IReadOnlyDictionary<string, string> BesideLayers { get; init; } = new Dictionary<string, string>();

    /// <summary>Names, from a dot on, of tensors that are no parameters.</summary>
    public IReadOnlyList<string> Buffers { get; init; } = [];

    /// <summary>The layers' matrices are <c>[in, out]</c>, not <c>[out, in]</c>.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>The stems that tell a dialect: where queries are projected.</summary>
    public IEnumerable<string> SignatureStems => InLayer.Where(entry => Stem.Queries.Contains(entry.Value)).Select(entry => entry.Key);

    /// <summary>What precedes the names beside the layers, for a scope of the list; null when the scope does not reach that far.</summary>
    public string? RootOf(string scope) => scope.EndsWith(ListScope, StringComparison.Ordinal) ? scope[..^ListScope.Length] : null;

    /// <summary>The scope of a path that ends with a layer of the list: <c>transformer.</c> of <c>transformer.h.0.</c>.</summary>
    public string? ScopeOf(string layer)
    {
        if (Layers is null || layer.Split('.') is not [.., var list, var index, ""] || list != Layers || index.Length == 0
            || !index.All(char.IsAsciiDigit))
            return null;
        return layer[..^(list.Length + index.Length + 2)];
    }
}
