namespace Microsoft.ML.Attention.Model.Heads;

/// <summary>Heads as a caller names them, layer by layer.</summary>
static class NamedHeads
{
    /// <exception cref="ArgumentException">There is no such layer or head, or the head was pruned;
    /// the message says which there are.</exception>
    public static ILookup<int, int> Of(Architecture a, IEnumerable<(int Layer, int Head)> heads)
    {
        (int Layer, int Head)[] named = [.. heads.Distinct()];
        foreach (var (layer, head) in named)
        {
            if (layer < 0 || layer >= a.NumberOfLayers)
                throw new ArgumentException($"There is no layer {layer}: the stage has {a.NumberOfLayers}, counted from 0.");
            if (head < 0 || head >= a.NumberOfHeads)
                throw new ArgumentException($"There is no head {head} in layer {layer}: it has {a.NumberOfHeads}, counted from 0.");
            var left = a.HeadsOf(layer);
            if (left.IndexOf(head) is null)
                throw new ArgumentException($"Head {head} of layer {layer} was pruned before. "
                    + $"{(left.Count == 0 ? "None is left" : $"Left are {string.Join(", ", left.Heads)}")}.");
        }
        return named.ToLookup(h => h.Layer, h => h.Head);
    }
}
