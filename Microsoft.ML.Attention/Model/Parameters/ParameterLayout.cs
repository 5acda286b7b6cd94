namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Which tensors an architecture has. The one place where names and shapes are written.</summary>
static class ParameterLayout
{
    public static IReadOnlyList<ParameterSpec> Of(Architecture a) => [.. Inputs(a), .. Enumerable.Range(0, a.Layers).SelectMany(n => Layer(a, n)), .. Outputs(a)];

    static IEnumerable<ParameterSpec> Inputs(Architecture a)
    {
        if (a.VocabularySize is int vocabulary)
            yield return new("embedding.weight", [vocabulary, a.Width], Draw.Normal);
        if (a.StandardizesInputs)
        {
            foreach (var (source, width) in StandardizedSources(a))
            {
                yield return new($"{source}_mean", [width], Draw.Measured);
                yield return new($"{source}_scale", [width], Draw.Measured);
            }
        }
        if (a.HasMaskToken)
            yield return new("mask_token", [a.ReadsTokenIds ? a.Width : a.InputWidths.Sum()], Draw.Zeros);
        if (a.ProjectsInputs)
            for (var i = 0; i < a.InputWidths.Count; i++)
                foreach (var spec in Linear(a, a.InputPrefix(i), a.InputWidths[i], a.Width))
                    yield return spec;
        if (a.PatchLength is int frames)
            foreach (var spec in Linear(a, "patch", frames * a.FrameWidth, a.Width))
                yield return spec;
        if (a.ConvolutionWidth is int taps)
        {
            yield return new("convolution.weight", [a.Width, 1, taps], Draw.Xavier);
            if (a.UseBias)
                yield return new("convolution.bias", [a.Width], Draw.Zeros, BiasOf: "convolution.weight");
        }
        if (a.Positions == PositionalEncoding.Learned)
            yield return new("position.weight", [a.MaximumLength!.Value, a.Width], Draw.Normal);
    }

    /// <summary>The sources that are standardized, each by a mean and a scale of its own.</summary>
    public static IEnumerable<(string Source, int Width)> StandardizedSources(Architecture a)
    {
        yield return ("input", a.InputWidths.Sum());
        if (a.KeyWidth is int keys)
            yield return ("key", keys);
        if (a.ValueWidth is int values)
            yield return ("value", values);
    }

    static IEnumerable<ParameterSpec> Layer(Architecture a, int n)
    {
        var layer = a.LayerPrefix(n);
        foreach (var spec in Attention(a, n))
            yield return spec;
        if (a.Block == AttentionBlock.Attention)
            yield break;
        foreach (var spec in Norm(a, $"{layer}norm1"))
            yield return spec;
        if (a.Block == AttentionBlock.Residual)
            yield break;
        foreach (var spec in Linear(a, $"{layer}linear1", a.Width, a.FeedForwardWidth))
            yield return spec;
        if (a.Activation == Activation.SiluGated)
            foreach (var spec in Linear(a, $"{layer}linear_gate", a.Width, a.FeedForwardWidth))
                yield return spec;
        foreach (var spec in Linear(a, $"{layer}linear2", a.FeedForwardWidth, a.Width))
            yield return spec;
        foreach (var spec in Norm(a, $"{layer}norm2"))
            yield return spec;
    }

    static IEnumerable<ParameterSpec> Attention(Architecture a, int n)
    {
        var (name, heads, (queries, keys, values)) = (a.AttentionPrefix(n), a.HeadsOf(n).Count, a.ProjectionWidths(n));
        var output = Linear(a, $"{name}out_proj", heads * a.ValueHeadDimension, a.OutputWidth);
        if (heads == 0)                                                         // what no head projects is the bias alone
        {
            foreach (var spec in output.Where(spec => spec.BiasOf is not null))
                yield return spec;
            yield break;
        }
        if (a.PacksProjections)
            yield return new($"{name}in_proj_weight", [3 * queries, a.Width], Draw.Xavier, Stacked: 3);
        else
        {
            yield return new($"{name}q_proj_weight", [queries, a.Width], Draw.Xavier);
            yield return new($"{name}k_proj_weight", [keys, a.KeySourceWidth], Draw.Xavier);
            yield return new($"{name}v_proj_weight", [values, a.ValueSourceWidth], Draw.Xavier);
        }
        if (a.UseBias)
            yield return new($"{name}in_proj_bias", [queries + keys + values], Draw.Zeros, BiasOf: $"{name}{(a.PacksProjections ? "in_proj_weight" : "q_proj_weight")}");
        if (a.NormalizesQueriesAndKeys)
        {
            yield return new($"{name}q_norm.weight", [a.HeadDimension], Draw.Ones);
            yield return new($"{name}k_norm.weight", [a.HeadDimension], Draw.Ones);
        }
        foreach (var spec in output)
            yield return spec;
    }

    static IEnumerable<ParameterSpec> Outputs(Architecture a)
    {
        if (a.NormalizesAtTheEnd)
            foreach (var spec in Norm(a, "norm"))
                yield return spec;
        if (a.Pooling == AttentionPooling.Attention)
            yield return new("pool.query", [a.OutputWidth], Draw.Normal);
    }

    static IEnumerable<ParameterSpec> Linear(Architecture a, string name, int from, int to)
    {
        yield return new($"{name}.weight", [to, from], Draw.Xavier);
        if (a.UseBias)
            yield return new($"{name}.bias", [to], Draw.Zeros, BiasOf: $"{name}.weight");
    }

    static IEnumerable<ParameterSpec> Norm(Architecture a, string name)
    {
        yield return new($"{name}.weight", [a.Width], Draw.Ones);
        if (a.Normalization == Normalization.LayerNorm)
            yield return new($"{name}.bias", [a.Width], Draw.Zeros, BiasOf: $"{name}.weight");
    }
}
