namespace Microsoft.ML.Attention.Model.Heads;

/// <summary>A stage's parameters with some heads silenced: their columns of <c>out_proj.weight</c> are zero,
/// so that they add nothing.</summary>
/// <remarks>Michel et al. 2019, section 2.2, where ξ_h is 0.</remarks>
static class SilencedHeads
{
    /// <param name="a">What the parameters are for.</param>
    /// <param name="parameters">Every tensor of its layout; they stay as they are.</param>
    /// <param name="heads">Which heads of which layers, by their numbers before any was pruned.</param>
    /// <exception cref="ArgumentException">There is no such layer or head; the message says which there are.</exception>
    public static AttentionParameters Of(Architecture a, AttentionParameters parameters, IEnumerable<(int Layer, int Head)> heads)
    {
        var outputs = NamedHeads.Of(a, heads)
            .ToDictionary(l => a.AttentionOf(l.Key).OutProjection.Weight.Path, l => l.Select(h => a.HeadsOf(l.Key).IndexOf(h)!.Value));
        return AttentionParameters.Create(parameters.All.Select(t => outputs.TryGetValue(t.Key, out var indices)
            ? KeyValuePair.Create(t.Key, WithoutColumns(t.Value, indices, a.ValueHeadDimension))
            : t));
    }

    /// <summary>Zeros in the columns of some heads.</summary>
    /// <param name="matrix"><c>[W, H Dv]</c>.</param>
    /// <param name="indices">Where these heads stand.</param>
    /// <param name="size">Columns of one head, <c>Dv</c>.</param>
    static AttentionTensor WithoutColumns(AttentionTensor matrix, IEnumerable<int> indices, int size)
    {
        var values = matrix.Values.ToArray();
        var width = (int)matrix.Shape[1];
        for (var row = 0; row < values.Length; row += width)
            foreach (var index in indices)
                values.AsSpan(row + index * size, size).Clear();
        return new AttentionTensor(matrix.Shape, values);
    }
}
