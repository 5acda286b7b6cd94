using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>A dialect, and where in a model the names of a checkpoint begin.</summary>
/// <param name="Dialect">What the names are written in.</param>
/// <param name="Scope">What stands before the list of layers: <c>transformer.</c>; null when the names begin within a layer.</param>
/// <param name="AttentionPath">The path within the layer at which they begin, when that is its attention; otherwise empty.</param>
sealed record CheckpointNaming(CheckpointDialect Dialect, string? Scope, string AttentionPath)
{
    /// <summary>The dialect of these names; null when none of them projects queries as any dialect does,
    /// or when it is not clear which layers are meant.</summary>
    /// <remarks>Layers may stand in a scope that the prefix does not name, as long as no others stand in another.</remarks>
    public static CheckpointNaming? Recognize(IReadOnlySet<string> names) =>
        KnownDialects.All.Select(dialect => WithinLayer(dialect, names) ?? InList(dialect, names))
            .FirstOrDefault(naming => naming is not null);

    static CheckpointNaming? WithinLayer(CheckpointDialect dialect, IReadOnlySet<string> names)
    {
        foreach (var path in dialect.AttentionPaths.Prepend(""))
            if (dialect.SignatureStems.Any(stem =>
                stem.StartsWith(path, StringComparison.Ordinal) && names.Contains(stem[path.Length..] + "weight")))
                return new CheckpointNaming(dialect, null, path);
        return null;
    }

    static CheckpointNaming? InList(CheckpointDialect dialect, IReadOnlySet<string> names)
    {
        var signatures = dialect.SignatureStems.Select(stem => stem + "weight").ToList();
        var scopes = from name in names
                     from signature in signatures
                     where EndsWith(name, signature)
                     select dialect.ScopeOf(name[..^signature.Length]);
        return scopes.OfType<string>().Distinct().ToList() is [var scope] ? new CheckpointNaming(dialect, scope, "") : null;
    }

    /// <summary>
    /// Our name for a tensor, as far as it is recognized, whether it is, and whether the dialect keeps that matrix as <c>[in,
    /// out]</c>; null for a buffer.
    /// </summary>
    public (string Name, bool IsTransposed, bool IsKnown)? Translate(string name)
    {
        if (Dialect.Buffers.Any(buffer => EndsWith(AttentionPath + name, buffer)))
            return null;
        if (Scope is null)
        {
            if (!TryTranslate(Dialect.InLayer, AttentionPath + name, out var ours))
                return Beside(name, name);
            return (AttentionPath.Length > 0 && ours.StartsWith(SelfAttention, StringComparison.Ordinal)
                ? ours[SelfAttention.Length..]
                : ours, Dialect.IsTransposed, true);
        }
        if (Dialect.RootOf(Scope) is { } root && name.StartsWith(root, StringComparison.Ordinal)
            && TryTranslate(Dialect.BesideLayers, name[root.Length..], out var besideLayers))
            return (besideLayers, false, true);
        if (!name.StartsWith(Scope, StringComparison.Ordinal))
            return (name, false, false);
        var tail = name[Scope.Length..];
        if (tail.Split('.', 3) is not [var list, var index, var rest] || list != Dialect.Layers || !index.All(char.IsAsciiDigit))
            return Beside(tail, name);
        return TryTranslate(Dialect.InLayer, rest, out var layers)
            ? (ModuleNames.Layers[index][layers].Path, Dialect.IsTransposed, true)
            : (ModuleNames.Layers[index][rest].Path, false, false);
    }

    (string, bool, bool) Beside(string tail, string name) =>
        TryTranslate(Dialect.BesideLayers, tail, out var beside) ? (beside, false, true) : (name, false, false);

    /// <summary>Only weights and biases: what else a module has, such as a scale that its weight was quantized by,
    /// is not what we call so.</summary>
    static bool TryTranslate(IReadOnlyDictionary<string, string> stems, string name, out string translated)
    {
        var (stem, word) = Split(name);
        word = word switch { "gamma" => "weight", "beta" => "bias", _ => word }; // the first BERT checkpoints came from TensorFlow
        translated = stems.GetValueOrDefault(stem) + word;
        return stems.ContainsKey(stem) && word is ("weight" or "bias");
    }
}
