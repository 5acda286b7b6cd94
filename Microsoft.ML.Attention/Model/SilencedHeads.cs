namespace Microsoft.ML.Attention.Model;

/// <summary>A stage's parameters with some heads silenced: their columns of <c>out_proj.weight</c> are zero, so that they add nothing.</summary>
/// <remarks>Michel et al. 2019, section 2.2, where ξ_h is 0.</remarks>
static class SilencedHeads
{
    /// <param name="a">What the parameters are for.</param>
    /// <param name="parameters">Every tensor of its layout; they stay as they are.</param>
    /// <param name="heads">Which heads of which layers, counted from 0.</param>
    /// <exception cref="ArgumentException">There is no such layer or head; the message says which there are.</exception>
    public static AttentionParameters Of(Architecture a, AttentionParameters parameters, IEnumerable<(int Layer, int Head)> heads)
    {
        var silenced = heads.ToLookup(h => h.Layer, h => h.Head);
        foreach (var (layer, head) in silenced.SelectMany(l => l, (l, head) => (l.Key, head)))
            Check(a, layer, head);
        var outputs = silenced.ToDictionary(l => $"{a.AttentionPrefix(l.Key)}out_proj.weight");
        return AttentionParameters.Create(parameters.All.Select(t => outputs.TryGetValue(t.Key, out var some)
            ? KeyValuePair.Create(t.Key, WithoutColumns(t.Value, some, a.ValueHeadDimension))
            : t));
    }

    static void Check(Architecture a, int layer, int head)
    {
        if (layer < 0 || layer >= a.Layers)
            throw new ArgumentException($"There is no layer {layer}: the stage has {a.Layers}, counted from 0.");
        if (head < 0 || head >= a.Heads)
            throw new ArgumentException($"There is no head {head} in layer {layer}: it has {a.Heads}, counted from 0.");
    }

    /// <summary>Zeros in the columns of some heads.</summary>
    /// <param name="matrix"><c>[W, H Dv]</c>.</param>
    /// <param name="heads">Whose columns.</param>
    /// <param name="size">Columns of one head, <c>Dv</c>.</param>
    static AttentionTensor WithoutColumns(AttentionTensor matrix, IEnumerable<int> heads, int size)
    {
        var values = matrix.Values.ToArray();
        var width = (int)matrix.Shape[1];
        for (var row = 0; row < values.Length; row += width)
            foreach (var head in heads)
                values.AsSpan(row + head * size, size).Clear();
        return new AttentionTensor(matrix.Shape, values);
    }
}
