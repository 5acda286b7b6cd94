using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Model.Heads;

/// <summary>A smaller stage, without some heads: what is left of their projections, and of those of key-value heads that no head uses any
/// more, is what the others need.</summary>
/// <remarks>It computes what the stage with these heads silenced does. Michel et al. 2019; Voita et al. 2019.</remarks>
static class PrunedHeads
{
    /// <param name="a">What the parameters are for.</param>
    /// <param name="parameters">Every tensor of its layout; they stay as they are.</param>
    /// <param name="heads">Which heads of which layers, by their numbers before any was pruned.</param>
    /// <exception cref="ArgumentException">There is no such layer or head, or it was pruned before;
    /// the message says which there are.</exception>
    public static (Architecture Architecture, AttentionParameters Parameters) Of(Architecture a, AttentionParameters parameters,
        IEnumerable<(int Layer, int Head)> heads)
    {
        var named = NamedHeads.Of(a, heads);
        var pruned =
            a with { KeptHeads = [.. Enumerable.Range(0, a.NumberOfLayers).Select(n => a.HeadsOf(n).Heads.Except(named[n]).ToArray())] };
        var tensors = parameters.All.ToDictionary();
        foreach (var layer in named)
            foreach (var (name, tensor) in Layer(a, pruned, layer.Key, parameters))
                tensors[name] = tensor;
        var names = ParameterLayout.Of(pruned).Select(spec => spec.Name).ToHashSet();
        return (pruned, AttentionParameters.Create(tensors.Where(t => names.Contains(t.Key))));
    }

    /// <summary>The tensors of a layer that become smaller.</summary>
    static IEnumerable<KeyValuePair<string, AttentionTensor>> Layer(Architecture a, Architecture pruned, int layer,
        AttentionParameters parameters)
    {
        var (before, after) = (a.HeadsOf(layer), pruned.HeadsOf(layer));
        int[] heads = [.. after.Heads.Select(h => before.IndexOf(h)!.Value)];
        int[] keyValueHeads = [.. Enumerable.Range(0, before.KeyValueHeads.Count)
            .Where(index => after.KeyValueHeads.Contains(before.KeyValueHeads[index]))];
        var (q, k, v) = (Blocks(heads, a.HeadDimension), Blocks(keyValueHeads, a.HeadDimension),
            Blocks(keyValueHeads, a.ValueHeadDimension));
        var (queries, keys, _) = a.ProjectionDimensions(layer);
        int[] stacked = [.. q, .. k.Select(row => row + queries), .. v.Select(row => row + queries + keys)];
        var scope = a.AttentionOf(layer);
        foreach (var (name, rows) in ((string, int[])[])[(scope.InProjection.Weight, stacked), (scope.InProjection.Bias, stacked),
            (scope.QueryProjection.Weight, q), (scope.KeyProjection.Weight, k), (scope.ValueProjection.Weight, v)])
            if (parameters.Find(name) is { } projection)
                yield return KeyValuePair.Create(name, projection.Rows(rows));
        string output = scope.OutProjection.Weight;
        yield return KeyValuePair.Create(output, parameters[output].Transpose().Rows(Blocks(heads, a.ValueHeadDimension)).Transpose());
    }

    /// <summary>The rows of blocks of one size.</summary>
    static int[] Blocks(int[] indices, int size) => [.. indices.SelectMany(index => Enumerable.Range(index * size, size))];
}
