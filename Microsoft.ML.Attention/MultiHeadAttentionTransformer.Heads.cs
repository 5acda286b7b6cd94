using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>The stage with fewer heads.</summary>
public sealed partial class MultiHeadAttentionTransformer
{
    /// <summary>The same stage with some heads silenced: they are computed, and add nothing. This transformer stays as it is; each is disposed on its own.</summary>
    /// <exception cref="ArgumentException">There is no such layer or head.</exception>
    internal MultiHeadAttentionTransformer Silence(IEnumerable<(int Layer, int Head)> heads) =>
        new(_environment, Options, _architecture, SilencedHeads.Of(_architecture, Parameters, heads), Training);
}
