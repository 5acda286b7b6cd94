namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Which tensors an architecture has. The one place where names and shapes are written.</summary>
static class ParameterLayout
{
    public static IReadOnlyList<ParameterSpec> Of(Architecture a)
    {
        ParameterSpec[] one = [.. Inputs(a), .. Enumerable.Range(0, a.NumberOfLayers).SelectMany(n => Layer(a, n)), .. Outputs(a)];
        return a.NumberOfModels == 1
            ? one
            : [.. one.Where(spec => spec.Draw == Draw.Measured), .. Enumerable.Range(0, a.NumberOfModels).SelectMany(Own)];

        IEnumerable<ParameterSpec> Own(int model) => one.Where(spec => spec.Draw != Draw.Measured).Select(spec => spec with
        {
            Name = ModelTensors.Prefix(model) + spec.Name,
            BiasOf = spec.BiasOf is null ? null : ModelTensors.Prefix(model) + spec.BiasOf,
        });
    }

    /// <summary>The tensors before the first layer and those of the first <paramref name="layers"/> layers.</summary>
    public static IEnumerable<ParameterSpec> Lowest(Architecture a, int layers) =>
        [.. Inputs(a), .. Enumerable.Range(0, layers).SelectMany(n => Layer(a, n))];

    static IEnumerable<ParameterSpec> Inputs(Architecture a)
    {
        for (var table = 0; table < a.TableSizes.Count; table++)
            yield return new(a.TableName(table), [a.TableSizes[table], a.ModelDimension], Draw.Normal);
        if (a.ElementTokens is not null && a.Inputs.FirstOrDefault(f => !f.HoldsIds) is { } numbers)
        {
            if (a.ElementBins is int bins)
                yield return new("element.bins", [numbers.Width, bins + 1], Draw.Measured);
            long[] each = [numbers.Width, a.ModelDimension];
            yield return new("element.weight", a.ElementBins is int vectors ? [each[0], vectors, each[1]] : each, Draw.Normal);
            if (a.UseBias)
                yield return new("element.bias", [numbers.Width, a.ModelDimension], Draw.Normal, BiasOf: "element.weight");
            yield return new("element.missing", [numbers.Width, a.ModelDimension], Draw.Normal);
        }
        if (a.StandardizeInputs)
        {
            foreach (var (source, width) in StandardizedSources(a))
            {
                yield return new($"{source}_mean", [width], Draw.Measured);
                yield return new($"{source}_scale", [width], Draw.Measured);
            }
        }
        if (a.HasMaskToken)
            yield return new("mask_token", [a.Inputs.Sum(f => f.HoldsIds ? a.ModelDimension : f.Width)], Draw.Zeros);
        if (a.ProjectsInputs)
            foreach (var (i, field) in a.Inputs.Index().Where(f => !f.Item.HoldsIds))
                foreach (var spec in Linear(a, a.InputPrefix(i), field.Width, a.ModelDimension))
                    yield return spec;
        if (a.PatchLength is int frames)
            foreach (var spec in Linear(a, "patch", frames * a.FrameWidth, a.ModelDimension))
                yield return spec;
        if (a.ConvolutionWidth is int taps)
        {
            yield return new("convolution.weight", [a.ModelDimension, 1, taps], Draw.Xavier);
            if (a.UseBias)
                yield return new("convolution.bias", [a.ModelDimension], Draw.Zeros, BiasOf: "convolution.weight");
        }
        if (a.HasClassToken)
            yield return new("class_token", [a.ModelDimension], Draw.Normal);
        if (a.HasPositionTable)
            yield return new("position.weight", [a.MaximumLength!.Value + a.PositionOffset, a.ModelDimension], Draw.Normal);
        if (a.NumberOfTokenTypes is int types)
            yield return new("token_type.weight", [types, a.ModelDimension], Draw.Normal);
        if (a.EmbeddingNormalization)
            foreach (var spec in Norm(a, "embedding_norm"))
                yield return spec;
        if (a.PositionalEncoding == PositionalEncoding.RelativeBuckets)
            yield return new("relative_bias.weight", [a.RelativeBuckets!.Value, a.NumberOfHeads], Draw.Normal);
    }

    /// <summary>The sources that are standardized, each by a mean and a scale of its own.</summary>
    public static IEnumerable<(string Source, int Width)> StandardizedSources(Architecture a) =>
        a.Fields.Where(f => !f.HoldsIds).GroupBy(f => f.Role)
            .Select(fields => (fields.Key.ToString().ToLowerInvariant(), fields.Sum(f => f.Width)));

    static IEnumerable<ParameterSpec> Layer(Architecture a, int n)
    {
        var layer = a.LayerPrefix(n);
        foreach (var spec in Attention(a, n))
            yield return spec;
        if (a.Block == AttentionBlock.Attention)
            yield break;
        if (a.HasAttentionNorm(n))
            foreach (var spec in Norm(a, $"{layer}norm1"))
                yield return spec;
        if (a.Block == AttentionBlock.Residual)
            yield break;
        foreach (var spec in Linear(a, $"{layer}linear1", a.ModelDimension, a.FeedForwardDimension))
            yield return spec;
        if (a.IsGated)
            foreach (var spec in Linear(a, $"{layer}linear_gate", a.ModelDimension, a.FeedForwardDimension))
                yield return spec;
        foreach (var spec in Linear(a, $"{layer}linear2", a.FeedForwardDimension, a.ModelDimension))
            yield return spec;
        foreach (var spec in Norm(a, $"{layer}norm2"))
            yield return spec;
    }

    static IEnumerable<ParameterSpec> Attention(Architecture a, int n)
    {
        var (name, heads, (queries, keys, values)) = (a.AttentionPrefix(n), a.HeadsOf(n).Count, a.ProjectionDimensions(n));
        var output = Linear(a, $"{name}out_proj", heads * a.ValueHeadDimension, a.OutputDimension);
        if (heads == 0)                                                         // what no head projects is the bias alone
        {
            foreach (var spec in output.Where(spec => spec.BiasOf is not null))
                yield return spec;
            yield break;
        }
        if (a.PacksProjections)
            yield return new($"{name}in_proj_weight", [3 * queries, a.ModelDimension], Draw.Xavier, Stacked: 3);
        else
        {
            yield return new($"{name}q_proj_weight", [queries, a.ModelDimension], Draw.Xavier);
            yield return new($"{name}k_proj_weight", [keys, a.KeySourceDimension], Draw.Xavier);
            yield return new($"{name}v_proj_weight", [values, a.ValueSourceDimension], Draw.Xavier);
        }
        if (a.UseBias)
            yield return new($"{name}in_proj_bias", [queries + keys + values], Draw.Zeros,
                BiasOf: $"{name}{(a.PacksProjections ? "in_proj_weight" : "q_proj_weight")}");
        if (a.NormalizeQueriesAndKeys)
        {
            yield return new($"{name}q_norm.weight", [a.HeadDimension], Draw.Ones);
            yield return new($"{name}k_norm.weight", [a.HeadDimension], Draw.Ones);
        }
        foreach (var spec in output)
            yield return spec;
    }

    static IEnumerable<ParameterSpec> Outputs(Architecture a)
    {
        if (a.FinalNormalization)
            foreach (var spec in Norm(a, "norm"))
                yield return spec;
        if (a.Pooling == AttentionPooling.Attention)
            yield return new("pool.query", [a.OutputDimension], Draw.Normal);
        if (a.ReconstructionRounds is not null)
            foreach (var spec in Reconstruction(a))
                yield return spec;
        if (a.Prediction is { } prediction)
            foreach (var spec in Classifier(a, prediction))
                yield return spec;
    }

    /// <summary>What reads labels out of a row's vector, or of each token.</summary>
    public static IEnumerable<ParameterSpec> Classifier(Architecture a, Prediction prediction)
    {
        var width = prediction.OfTokens ? a.OutputDimension : a.FeatureDimension;
        if (prediction.HasDense)
        {
            yield return new("pre_classifier.weight", [width, width], Draw.Xavier);
            yield return new("pre_classifier.bias", [width], Draw.Zeros, BiasOf: "pre_classifier.weight");
        }
        yield return new("classifier.weight", [prediction.Size, width], Draw.Xavier);
        yield return new("classifier.bias", [prediction.Size], Draw.Zeros, BiasOf: "classifier.weight");
    }

    /// <summary>What reads hidden tokens out again: for each column of a width of its own, or, of token ids, to what their table is
    /// compared with.</summary>
    public static IEnumerable<ParameterSpec> Reconstruction(Architecture a) => a.Inputs[0].HoldsIds
        ? ReadOut("reconstruction", a.OutputDimension, a.ModelDimension)
        : a.Inputs.SelectMany((field, i) =>
            ReadOut(ReconstructionOf(a.Inputs.Count, i), a.OutputDimension, a.Patches.Length * field.Width));

    /// <summary>The name of the layer that reads a column's tokens out.</summary>
    public static string ReconstructionOf(int columns, int column) => columns == 1 ? "reconstruction" : $"reconstruction.{column}";

    static ParameterSpec[] ReadOut(string name, int from, int to) =>
        [new($"{name}.weight", [to, from], Draw.Xavier), new($"{name}.bias", [to], Draw.Zeros, BiasOf: $"{name}.weight")];

    static IEnumerable<ParameterSpec> Linear(Architecture a, string name, int from, int to)
    {
        yield return new($"{name}.weight", [to, from], Draw.Xavier);
        if (a.UseBias)
            yield return new($"{name}.bias", [to], Draw.Zeros, BiasOf: $"{name}.weight");
    }

    static IEnumerable<ParameterSpec> Norm(Architecture a, string name)
    {
        yield return new($"{name}.weight", [a.ModelDimension], Draw.Ones);
        if (a.Normalization == Normalization.LayerNorm)
            yield return new($"{name}.bias", [a.ModelDimension], Draw.Zeros, BiasOf: $"{name}.weight");
    }
}
