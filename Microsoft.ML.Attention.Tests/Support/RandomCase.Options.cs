namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Combinations of options that the library must accept.</summary>
static partial class RandomCase
{
    /// <summary>The rows of a learned table of positions: rows of up to as many tokens will do.</summary>
    public const int MaximumLength = 11;

    /// <summary>Options with all of the family in them: blocks, sources, heads, scores, positions, norms, pooling; the weights of every
    /// layer asked for, and rollout where there can be. Token ids where there is no
    /// <see cref="MultiHeadAttentionOptions.EmbeddingDimension"/>.</summary>
    public static MultiHeadAttentionOptions Options(Random random)
    {
        var block = One(Enum.GetValues<AttentionBlock>());
        var isFormula = block == AttentionBlock.Attention;
        var isCross = block != AttentionBlock.Encoder && Maybe();
        var hasIds = !isCross && random.Next(4) == 0;
        var heads = One(1, 2, 3, 4, 6);
        var width = heads * One(2, 4);
        int? window = random.Next(3) == 0 ? random.Next(4) : null;
        var layers = isFormula || isCross ? 1 : One(1, 2, 3);
        var byLayer = window is null && random.Next(4) == 0;
        var positions = One(Enum.GetValues<PositionalEncoding>());
        var pooling = One(AttentionPooling.None, AttentionPooling.Mean, AttentionPooling.Max, AttentionPooling.First, AttentionPooling.Last,
            AttentionPooling.Attention);
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = RowColumns.Output,
            InputColumnNames = [hasIds ? RowColumns.Ids : RowColumns.Tokens],
            KeyColumnName = isCross ? RowColumns.Keys : null,
            ValueColumnName = isCross && Maybe() ? RowColumns.Values : null,
            MaskColumnName = Maybe() ? RowColumns.Mask : null,
            AttentionBiasColumnName = Maybe() ? RowColumns.Bias : null,
            AttentionWeightsColumnName = RowColumns.Weights,
            AttentionWeightsLayers = AttentionWeightsLayers.All,
            AttentionRolloutColumnName = isFormula || isCross ? null : RowColumns.Rollout,
            EmbeddingDimension = hasIds ? null : isFormula ? width : One(width, 5),
            KeyDimension = isCross ? One(5, width) : null,
            ModelDimension = hasIds || !isFormula ? width : null,
            OutputDimension = isFormula ? One<int?>(null, 7) : null,
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = Maybe() ? heads % 2 == 0 ? heads / 2 : 1 : null,
            HeadDimension = One<int?>(null, 6),
            ValueHeadDimension = One<int?>(null, 3),
            StandardizeInputs = hasIds ? null : One<bool?>(null, true),
            UseBias = Maybe(),
            Scale = One<double?>(null, 0.3),
            Softcap = One<double?>(null, 1.5),
            IsCausal = Maybe(),
            WindowSize = window,
            LayerWindowSizes = byLayer ? Many(layers, () => One<int?>(null, 1)) : null,
            HeadWindowSizes = window is null && !byLayer && Maybe() ? Many(heads, () => One<int?>(null, 0, 2)) : null,
            NormalizeQueriesAndKeys = Maybe(),
            PositionalEncoding = positions,
            PositionOffset = positions == PositionalEncoding.Learned && Maybe() ? 2 : 0,
            NumberOfTokenTypes = One<int?>(null, 2),
            EmbeddingNormalization = random.Next(4) == 0,
            NormalizeOutput = pooling != AttentionPooling.None && Maybe(),
            LayerRotaryBases = Maybe() ? Many(layers, () => One(20.0, 80)) : null,
            RotaryScaling = Maybe() ? new() { Factor = 3, OriginalLength = 40 } : null,
            RotaryBase = 50,
            MaximumLength = MaximumLength,
            Block = block,
            NumberOfLayers = layers,
            NormalizationOrder = One(Enum.GetValues<NormalizationOrder>()),
            Normalization = One(Enum.GetValues<Normalization>()),
            NormalizationEpsilon = 1e-3,
            FeedForwardDimension = block == AttentionBlock.Encoder ? One<int?>(null, 7) : null,
            FinalNormalization = isFormula ? null : One<bool?>(null, true),
            Activation = One(Enum.GetValues<Activation>()),
            Pooling = pooling,
            ConvolutionWidth = One<int?>(null, null, 3, 5),
            PatchLength = One<int?>(null, null, 2, 3),
        };
        if (options.PatchLength is not null)
            options = options with { PatchStride = One<int?>(null, 1, 2, 4) };
        if (Maybe() && One(AttentionPooling.Class, AttentionPooling.MeanAndMax, AttentionPooling.Flatten) is var other
            && (other != AttentionPooling.Class
                || options is
                {
                    IsCausal: false, WindowSize: null, LayerWindowSizes: null, HeadWindowSizes: null,
                    AttentionBiasColumnName: null
                }))
            options = options with { Pooling = other };
        return options.Pooling == AttentionPooling.None || hasIds ? options : options with { StandardizeRows = Maybe() };

        bool Maybe() => random.Next(2) == 0;

        T One<T>(params T[] choices) => choices[random.Next(choices.Length)];
    }
}
