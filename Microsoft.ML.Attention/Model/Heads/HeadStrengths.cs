namespace Microsoft.ML.Attention.Model.Heads;

/// <summary>How much each head can add to the tokens, as far as its parameters tell.</summary>
/// <remarks>
/// A head adds W_O (W_V x + b_V), averaged over the tokens x that it looks at. The Frobenius norm of W_O [W_V b_V], its output-value
/// circuit (Elhage et al. 2021), is 0 exactly where it adds nothing, whatever it reads.
/// </remarks>
static class HeadStrengths
{
    /// <summary>The heads that are left, layer by layer, each with its norm.</summary>
    public static IEnumerable<(int Layer, int Head, double Strength)> Of(Architecture a, AttentionParameters parameters)
    {
        var size = a.ValueHeadDimension;
        for (var layer = 0; layer < a.NumberOfLayers; layer++)
        {
            var (attention, heads, (queries, keys, _)) = (a.AttentionOf(layer), a.HeadsOf(layer), a.ProjectionDimensions(layer));
            for (var index = 0; index < heads.Count; index++)
            {
                var output = parameters[attention.OutProjection.Weight].Transpose().Rows(Block(index));                          // [Dv, W]
                var value = parameters.Find(attention.InProjection.Weight)?.Rows(Block(heads.Uses[index], queries + keys))
                    ?? parameters[attention.ValueProjection.Weight].Rows(Block(heads.Uses[index]));               // [Dv, E]
                var bias = parameters.Find(attention.InProjection.Bias)?.Rows(Block(heads.Uses[index], queries + keys)); // [Dv]
                yield return (layer, heads.Heads[index], NormOfProduct(output, value, bias));
            }
        }

        int[] Block(int index, int start = 0) => [.. Enumerable.Range(start + index * size, size)];
    }

    /// <summary>‖AᵀB‖² = Σ (AAᵀ)ᵢⱼ (BBᵀ)ᵢⱼ, the bias one more column of B.</summary>
    static double NormOfProduct(AttentionTensor a, AttentionTensor b, AttentionTensor? bias)
    {
        var square = 0.0;
        for (var i = 0; i < a.Shape[0]; i++)
            for (var j = 0; j < a.Shape[0]; j++)
                square += Dot(a, i, j) * (Dot(b, i, j) + (bias is null ? 0 : (double)bias.Values.Span[i] * bias.Values.Span[j]));
        return Math.Sqrt(Math.Max(0, square));                                  // rounding may leave it below 0
    }

    /// <summary>The product of two rows of a matrix.</summary>
    static double Dot(AttentionTensor matrix, int first, int second)
    {
        var width = (int)matrix.Shape[1];
        var a = matrix.Values.Span.Slice(first * width, width);
        var b = matrix.Values.Span.Slice(second * width, width);
        var sum = 0.0;
        for (var i = 0; i < width; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}
