namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>Every dialect that is recognized.</summary>
static class KnownDialects
{
    /// <summary>Where two could have a name, the first is meant.</summary>
    public static IReadOnlyList<CheckpointDialect> All { get; } =
        [PyTorch.Dialect, Bert.Dialect, DistilBert.Dialect, Mpnet.Dialect, ModernBert.Dialect, Gpt2.Dialect, Llama.Dialect, T5.Dialect];

    /// <summary>The module of a layer that a stem ends with, in whichever dialect says most of it; null when none does.</summary>
    public static LocatedModule? Locate(string? stem)
    {
        LocatedModule? located = null;
        var longest = 0;
        foreach (var dialect in All)
            foreach (var (theirs, ours) in dialect.InLayer)
                if (theirs.Length > longest && stem is not null && Stem.EndsWith(stem, theirs))
                    (located, longest) = (new LocatedModule(dialect, stem[..^theirs.Length], ours), theirs.Length);
        return located;
    }
}
