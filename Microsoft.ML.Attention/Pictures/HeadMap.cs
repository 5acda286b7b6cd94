namespace Microsoft.ML.Attention.Pictures;

/// <summary>The attention weights of one head, <c>[T, S]</c>.</summary>
/// <param name="Layer">The layer, counted from 0; null where only one was given.</param>
/// <param name="Head">The head, counted from 0; null for a matrix that is no head's.</param>
/// <param name="Weights">The weights, a query token after the other.</param>
sealed record HeadMap(int? Layer, int? Head, ReadOnlyMemory<float> Weights)
{
    /// <summary>As in <c>layer 1, head 3</c>.</summary>
    public string Name =>
        string.Join(", ", new[] { Layer is null ? null : $"layer {Layer}", Head is null ? null : $"head {Head}" }.OfType<string>());

    /// <summary>The largest weight; 0 when there is none above.</summary>
    public float Most => Weights.Span is var weights && weights.IsEmpty
        ? 0
        : weights.ToArray().Where(weight => !float.IsNaN(weight)).Append(0).Max();
}
