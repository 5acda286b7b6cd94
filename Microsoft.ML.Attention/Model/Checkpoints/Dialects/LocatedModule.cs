namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>A module of a layer in a model.</summary>
/// <param name="Dialect">How its names are written.</param>
/// <param name="Layer">The path to the layer: <c>transformer.h.0.</c>.</param>
/// <param name="Stem">Our stem for the module.</param>
sealed record LocatedModule(CheckpointDialect Dialect, string Layer, string Stem)
{
    /// <summary>How the dialect names another module of the layer; as we do where it has no name for it.</summary>
    public string InLayer(string ours) => Layer + (Dialect.InLayer.FirstOrDefault(entry => entry.Value == ours).Key ?? ours);

    /// <summary>How it names a module beside the list of layers.</summary>
    public string BesideLayers(string ours) =>
        (Dialect.ScopeOf(Layer) is { } scope ? Dialect.RootOf(scope) ?? scope : Layer)
            + (Dialect.BesideLayers.FirstOrDefault(entry => entry.Value == ours).Key ?? ours);
}
