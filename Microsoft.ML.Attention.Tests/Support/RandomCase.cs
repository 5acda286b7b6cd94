namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Random parameters and rows of the shapes that options ask for. All numbers are float32,
/// so that the library and the oracle read the same.</summary>
static partial class RandomCase
{
    const float Loud = 1000;

    /// <summary>Every tensor that the options need, under its name. The options say how wide a token is.</summary>
    /// <param name="options">With <see cref="MultiHeadAttentionOptions.EmbeddingDimension"/>, or
    /// <see cref="MultiHeadAttentionOptions.ModelDimension"/> and ids.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="numberOfIds">Rows of the token table; 0 when tokens are embeddings.</param>
    public static AttentionParameters Parameters(MultiHeadAttentionOptions options, Random random, int numberOfIds = 0)
    {
        var tensors = new Dictionary<string, AttentionTensor>();
        // of what becomes patches, where there are such
        var embedding = numberOfIds > 0 ? options.ModelDimension!.Value : options.EmbeddingDimension!.Value;
        var model = options.ModelDimension ?? embedding;
        var hasKeyIds = options.KeyColumnName == RowColumns.KeyIds;
        var tables = (numberOfIds > 0 ? options.InputColumnNames.Count : 0) + (hasKeyIds ? 1 : 0);
        for (var table = 0; table < (options.ShareTokenTable ? 1 : tables); table++)
            Add(options.ShareTokenTable || tables == 1 ? "embedding.weight" : $"embedding.{table}.weight",
                OptionChoices.Ids > numberOfIds ? OptionChoices.Ids : numberOfIds, model);
        var keyWidth = options.KeyDimension ?? embedding;
        var valueWidth = options.ValueDimension ?? keyWidth;
        if (options.StandardizeInputs == true)
        {
            if (numberOfIds == 0)
                Standardization("input", embedding);
            if (options.KeyColumnName is not null && !hasKeyIds)
                Standardization("key", keyWidth);
            if (options.ValueColumnName is not null)
                Standardization("value", valueWidth);
        }
        if (options.PatchLength is int frames)
            Linear("patch", model, frames * embedding);
        else if (model != embedding)
            Linear("input", model, embedding);
        if (options.ConvolutionWidth is int taps)
        {
            Add("convolution.weight", model, 1, taps);
            if (options.UseBias)
                Add("convolution.bias", model);
        }
        if (options.Pooling == AttentionPooling.Class)
            Add("class_token", model);
        if (options.PositionalEncoding is PositionalEncoding.Learned or PositionalEncoding.RelativeBuckets
            && options.MaximumLength is not null)
            Add("position.weight", options.MaximumLength!.Value + options.PositionOffset, model);
        if (options.NumberOfTokenTypes is int types)
            Add("token_type.weight", types, model);
        if (options.EmbeddingNormalization)
            Norm("embedding_norm");
        if (options.PositionalEncoding == PositionalEncoding.RelativeBuckets)
            Add("relative_bias.weight", 12, options.NumberOfHeads!.Value);
        for (var layer = 0; layer < options.NumberOfLayers; layer++)
            Layer(options.NumberOfLayers > 1 ? $"layers.{layer}." : "", options.KeptHeads?[layer], layer == 0
                && options is { EmbeddingNormalization: true, NormalizationOrder: NormalizationOrder.Pre });
        if (options.FinalNormalization ?? (options.NumberOfLayers > 1 && options.NormalizationOrder == NormalizationOrder.Pre))
            Norm("norm");
        if (options.Pooling == AttentionPooling.Attention)
            Add("pool.query", options.OutputDimension ?? model);
        if (options.PredictedLabelColumnName is not null || options.ScoreColumnName is not null
            || options.ProbabilityColumnName is not null)
            Linear("classifier", 1, Features());
        if (options.ReconstructionErrorColumnName is not null)
            Linear("reconstruction", embedding, options.Block == AttentionBlock.Attention ? options.OutputDimension ?? model : model);
        return AttentionParameters.Create(tensors);

        int Features() => (options.Block == AttentionBlock.Attention ? options.OutputDimension ?? model : model)
            * (options.Pooling switch
            {
                AttentionPooling.MeanAndMax => 2,
                AttentionPooling.Flatten => options.MaximumLength!.Value,
                _ => 1,
            })
            + (options.StandardizeRows ? 2 * embedding : 0);

        void Layer(string prefix, IReadOnlyList<int>? kept, bool isNormalized)
        {
            if (options.Block == AttentionBlock.Attention)
            {
                Attention(prefix, kept, options.OutputDimension ?? model);
                return;
            }
            Attention($"{prefix}self_attn.", kept, model);
            if (!isNormalized)
                Norm($"{prefix}norm1");
            if (options.Block == AttentionBlock.Residual)
                return;
            var hidden = options.FeedForwardDimension ?? Defaults.FeedForwardMultiple * model;
            Linear($"{prefix}linear1", hidden, model);
            Linear($"{prefix}linear2", model, hidden);
            if (options.Activation is Activation.SiluGated or Activation.GeluGated)
                Linear($"{prefix}linear_gate", hidden, model);
            Norm($"{prefix}norm2");
        }

        void Attention(string prefix, IReadOnlyList<int>? kept, int output)
        {
            var (heads, keyHeads) = (options.NumberOfHeads!.Value, options.NumberOfKeyValueHeads ?? options.NumberOfHeads!.Value);
            var headDimension = options.HeadDimension ?? model / heads;
            var valueDimension = options.ValueHeadDimension ?? headDimension;
            var (keySource, valueSource) = options.KeyColumnName is null
                ? (model, model)
                : ((options.PatchLength ?? 1) * (hasKeyIds ? model : keyWidth),
                    (options.PatchLength ?? 1) * (hasKeyIds && options.ValueColumnName is null ? model : valueWidth));
            var isPacked = keyHeads == heads && valueDimension == headDimension && (keySource, valueSource) == (model, model);
            if (kept is not null)
                (heads, keyHeads) = (kept.Count, kept.Select(h => h / (heads / keyHeads)).Distinct().Count());
            if (heads == 0)
            {
                if (options.UseBias)
                    Add($"{prefix}out_proj.bias", output);
                return;
            }
            var q = (Output: heads * headDimension, Input: model);
            var k = (Output: keyHeads * headDimension, Input: keySource);
            var v = (Output: keyHeads * valueDimension, Input: valueSource);
            if (isPacked)
                Matrix($"{prefix}in_proj_weight", 3 * q.Output, model);
            else
            {
                Matrix($"{prefix}q_proj_weight", q.Output, q.Input);
                Matrix($"{prefix}k_proj_weight", k.Output, k.Input);
                Matrix($"{prefix}v_proj_weight", v.Output, v.Input);
            }
            if (options.UseBias)
                Add($"{prefix}in_proj_bias", q.Output + k.Output + v.Output);
            if (options.NormalizeQueriesAndKeys)
            {
                Gain($"{prefix}q_norm.weight", headDimension);
                Gain($"{prefix}k_norm.weight", headDimension);
            }
            Linear($"{prefix}out_proj", output, heads * valueDimension);
        }

        void Standardization(string source, int width)
        {
            Add($"{source}_mean", width);
            Gain($"{source}_scale", width);
        }

        void Linear(string name, int output, int input)
        {
            Matrix($"{name}.weight", output, input);
            if (options.UseBias)
                Add($"{name}.bias", output);
        }

        void Norm(string name)
        {
            Gain($"{name}.weight", model);
            if (options.Normalization == Normalization.LayerNorm)
                Add($"{name}.bias", model);
        }

        // scaled as to keep the size of what it is applied to
        void Matrix(string name, int output, int input) => Tensor(name, [output, input], () => Symmetric(random) * MathF.Sqrt(3f / input));

        void Gain(string name, int size) => Tensor(name, [size], () => 0.5f + random.NextSingle());

        void Add(string name, params long[] shape) => Tensor(name, shape, () => Symmetric(random));

        void Tensor(string name, long[] shape, Func<float> draw) =>
            tensors.Add(name, new AttentionTensor(shape, Many((int)shape.Aggregate((a, b) => a * b), draw)));
    }

    /// <summary>A row with every column that the options name: <c>T</c> tokens, <c>S</c> keys (default <c>T</c>), a mask with holes over
    /// loud garbage, a bias with infinities.</summary>
    /// <param name="options">Name the columns and say how wide a token is.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="queries"><c>T</c>.</param>
    /// <param name="keys"><c>S</c>, for cross-attention.</param>
    /// <param name="numberOfIds">Ids instead of embeddings, some of them missing; 0 when tokens are embeddings.</param>
    /// <param name="hasHeadBias">A bias for each head, rather than one for all.</param>
    public static ReferenceRow Row(MultiHeadAttentionOptions options, Random random, int queries, int? keys = null, int numberOfIds = 0,
        bool hasHeadBias = false)
    {
        var (isCross, source) = (options.KeyColumnName is not null, options.KeyColumnName is null ? queries : keys ?? queries);
        var hasKeyIds = options.KeyColumnName == RowColumns.KeyIds;
        var mask = options.MaskColumnName is null ? null : Many(source, () => random.Next(4) > 0);
        var width = options.EmbeddingDimension ?? 0;
        var keyWidth = options.KeyDimension ?? width;
        return new ReferenceRow
        {
            Tokens = numberOfIds > 0 ? [] : Tokens(queries, width, isCross ? null : mask),
            Ids = numberOfIds > 0 ? Many(queries, () => random.Next(8) > 0 ? random.Next(numberOfIds) : (int?)null) : null,
            Columns = numberOfIds > 0 && options.InputColumnNames.Count > 1
                ? [.. Enumerable.Range(0, queries).Select(t => t < queries - RowColumns.MoreOf(queries) ? 0 : 1)]
                : null,
            Keys = isCross && !hasKeyIds ? Tokens(source, keyWidth, mask) : null,
            KeyIds = hasKeyIds ? Many(source, () => random.Next(8) > 0 ? random.Next(OptionChoices.Ids) : (int?)null) : null,
            Values = options.ValueColumnName is null ? null : Tokens(source, options.ValueDimension ?? keyWidth, mask),
            Mask = mask,
            Bias = options.AttentionBiasColumnName is null ? null : Bias(hasHeadBias ? options.NumberOfHeads!.Value : 1),
        };

        double[][] Tokens(int count, int size, bool[]? isToken) =>
            [.. Enumerable.Range(0, count)
                .Select(t => Many(size, () => (double)(Symmetric(random) * (isToken is null || isToken[t] ? 1 : Loud))))];

        double[,,] Bias(int heads)
        {
            var bias = new double[heads, Reference.PatchesOf(options, queries), Reference.PatchesOf(options, source)];
            for (var h = 0; h < heads; h++)
                for (var i = 0; i < bias.GetLength(1); i++)
                    for (var j = 0; j < bias.GetLength(2); j++)
                        bias[h, i, j] = random.Next(8) > 0 ? Symmetric(random) : double.NegativeInfinity;
            return bias;
        }
    }

    /// <summary>Between -1 and 1.</summary>
    static float Symmetric(Random random) => 2 * random.NextSingle() - 1;

    static T[] Many<T>(int count, Func<T> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
}
