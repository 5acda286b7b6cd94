namespace Microsoft.ML.Attention.Model.Parameters;

/// <summary>Which tensors an architecture has. The one place where their shapes are written.</summary>
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
            Name = ModuleNames.Models[model][spec.Name],
            BiasOf = spec.BiasOf is null ? null : ModuleNames.Models[model][spec.BiasOf],
        });
    }

    /// <summary>The tensors before the first layer and those of the first <paramref name="layers"/> layers.</summary>
    public static IEnumerable<ParameterSpec> Lowest(Architecture a, int layers) =>
        [.. Inputs(a), .. Enumerable.Range(0, layers).SelectMany(n => Layer(a, n))];

    static IEnumerable<ParameterSpec> Inputs(Architecture a)
    {
        for (var table = 0; table < a.TableSizes.Count; table++)
            yield return new(a.TableOf(table).Weight, [a.TableSizes[table], a.ModelDimension], Draw.Normal);
        if (a.ElementTokens is not null && a.Inputs.FirstOrDefault(f => !f.HoldsIds) is { } numbers)
        {
            if (a.ElementBins is int bins)
                yield return new(ModuleNames.ElementBins, [numbers.Width, bins + 1], Draw.Measured);
            long[] each = [numbers.Width, a.ModelDimension];
            yield return new(ModuleNames.Element.Weight, a.ElementBins is int vectors ? [each[0], vectors, each[1]] : each, Draw.Normal);
            if (a.UseBias)
                yield return new(ModuleNames.Element.Bias, each, Draw.Normal, BiasOf: ModuleNames.Element.Weight);
            yield return new(ModuleNames.ElementMissing, each, Draw.Normal);
        }
        if (a.StandardizeInputs)
        {
            foreach (var (role, width) in StandardizedSources(a))
            {
                yield return new(ModuleNames.MeanOf(role), [width], Draw.Measured);
                yield return new(ModuleNames.ScaleOf(role), [width], Draw.Measured);
            }
        }
        if (a.HasMaskToken)
            yield return new(ModuleNames.MaskToken, [a.Inputs.Sum(f => f.HoldsIds ? a.ModelDimension : f.Width)], Draw.Zeros);
        if (a.ProjectsInputs)
            foreach (var (i, field) in a.Inputs.Index().Where(f => !f.Item.HoldsIds))
                foreach (var spec in Linear(a, a.InputOf(i), field.Width, a.ModelDimension))
                    yield return spec;
        if (a.PatchLength is int frames)
            foreach (var spec in Linear(a, ModuleNames.Patch, frames * a.FrameWidth, a.ModelDimension))
                yield return spec;
        if (a.ConvolutionWidth is int taps)
        {
            yield return new(ModuleNames.Convolution.Weight, [a.ModelDimension, 1, taps], Draw.Xavier);
            if (a.UseBias)
                yield return new(ModuleNames.Convolution.Bias, [a.ModelDimension], Draw.Zeros, BiasOf: ModuleNames.Convolution.Weight);
        }
        if (a.HasClassToken)
            yield return new(ModuleNames.ClassToken, [a.ModelDimension], Draw.Normal);
        if (a.HasPositionTable)
            yield return new(ModuleNames.Position.Weight, [a.MaximumLength!.Value + a.PositionOffset, a.ModelDimension], Draw.Normal);
        if (a.NumberOfTokenTypes is int types)
            yield return new(ModuleNames.TokenType.Weight, [types, a.ModelDimension], Draw.Normal);
        if (a.EmbeddingNormalization)
            foreach (var spec in Norm(a, ModuleNames.EmbeddingNorm))
                yield return spec;
        if (a.PositionalEncoding == PositionalEncoding.RelativeBuckets)
            yield return new(ModuleNames.RelativeBias.Weight, [a.RelativeBuckets!.Value, a.NumberOfHeads], Draw.Normal);
    }

    /// <summary>The sources that are standardized, each by a mean and a scale of its own.</summary>
    public static IEnumerable<(TokenRole Role, int Width)> StandardizedSources(Architecture a) =>
        a.Fields.Where(f => !f.HoldsIds).GroupBy(f => f.Role).Select(fields => (fields.Key, fields.Sum(f => f.Width)));

    static IEnumerable<ParameterSpec> Layer(Architecture a, int n)
    {
        var layer = a.LayerOf(n);
        foreach (var spec in Attention(a, n))
            yield return spec;
        if (a.Block == AttentionBlock.Attention)
            yield break;
        if (a.HasAttentionNorm(n))
            foreach (var spec in Norm(a, layer.Norm1))
                yield return spec;
        if (a.Block == AttentionBlock.Residual)
            yield break;
        foreach (var spec in Linear(a, layer.Linear1, a.ModelDimension, a.FeedForwardDimension))
            yield return spec;
        if (a.IsGated)
            foreach (var spec in Linear(a, layer.LinearGate, a.ModelDimension, a.FeedForwardDimension))
                yield return spec;
        foreach (var spec in Linear(a, layer.Linear2, a.FeedForwardDimension, a.ModelDimension))
            yield return spec;
        foreach (var spec in Norm(a, layer.Norm2))
            yield return spec;
    }

    static IEnumerable<ParameterSpec> Attention(Architecture a, int n)
    {
        var (attention, heads, (queries, keys, values)) = (a.AttentionOf(n), a.HeadsOf(n).Count, a.ProjectionDimensions(n));
        var output = Linear(a, attention.OutProjection, heads * a.ValueHeadDimension, a.OutputDimension);
        if (heads == 0)                                                         // what no head projects is the bias alone
        {
            foreach (var spec in output.Where(spec => spec.BiasOf is not null))
                yield return spec;
            yield break;
        }
        if (a.PacksProjections)
            yield return new(attention.InProjection.Weight, [3 * queries, a.ModelDimension], Draw.Xavier, Stacked: 3);
        else
        {
            yield return new(attention.QueryProjection.Weight, [queries, a.ModelDimension], Draw.Xavier);
            yield return new(attention.KeyProjection.Weight, [keys, a.KeySourceDimension], Draw.Xavier);
            yield return new(attention.ValueProjection.Weight, [values, a.ValueSourceDimension], Draw.Xavier);
        }
        if (a.UseBias)
            yield return new(attention.InProjection.Bias, [queries + keys + values], Draw.Zeros,
                BiasOf: (a.PacksProjections ? attention.InProjection : attention.QueryProjection).Weight);
        if (a.NormalizeQueriesAndKeys)
        {
            yield return new(attention.QueryNorm.Weight, [a.HeadDimension], Draw.Ones);
            yield return new(attention.KeyNorm.Weight, [a.HeadDimension], Draw.Ones);
        }
        foreach (var spec in output)
            yield return spec;
    }

    static IEnumerable<ParameterSpec> Outputs(Architecture a)
    {
        if (a.FinalNormalization)
            foreach (var spec in Norm(a, ModuleNames.FinalNorm))
                yield return spec;
        if (a.Pooling == AttentionPooling.Attention)
            yield return new(ModuleNames.PoolQuery, [a.OutputDimension], Draw.Normal);
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
            yield return new(ModuleNames.PreClassifier.Weight, [width, width], Draw.Xavier);
            yield return new(ModuleNames.PreClassifier.Bias, [width], Draw.Zeros, BiasOf: ModuleNames.PreClassifier.Weight);
        }
        yield return new(ModuleNames.Classifier.Weight, [prediction.Size, width], Draw.Xavier);
        yield return new(ModuleNames.Classifier.Bias, [prediction.Size], Draw.Zeros, BiasOf: ModuleNames.Classifier.Weight);
    }

    /// <summary>What reads hidden tokens out again: for each column of a width of its own, or, of token ids,
    /// to what their table is compared with.</summary>
    public static IEnumerable<ParameterSpec> Reconstruction(Architecture a) => a.Inputs[0].HoldsIds
        ? ReadOut(ModuleNames.Reconstruction, a.OutputDimension, a.ModelDimension)
        : a.Inputs.SelectMany((field, i) =>
            ReadOut(ModuleNames.Reconstruction.Of(a.Inputs.Count, i), a.OutputDimension, a.Patches.Length * field.Width));

    static ParameterSpec[] ReadOut(TensorScope scope, int from, int to) =>
        [new(scope.Weight, [to, from], Draw.Xavier), new(scope.Bias, [to], Draw.Zeros, BiasOf: scope.Weight)];

    static IEnumerable<ParameterSpec> Linear(Architecture a, TensorScope scope, int from, int to)
    {
        yield return new(scope.Weight, [to, from], Draw.Xavier);
        if (a.UseBias)
            yield return new(scope.Bias, [to], Draw.Zeros, BiasOf: scope.Weight);
    }

    static IEnumerable<ParameterSpec> Norm(Architecture a, TensorScope scope)
    {
        yield return new(scope.Weight, [a.ModelDimension], Draw.Ones);
        if (a.Normalization == Normalization.LayerNorm)
            yield return new(scope.Bias, [a.ModelDimension], Draw.Zeros, BiasOf: scope.Weight);
    }
}
