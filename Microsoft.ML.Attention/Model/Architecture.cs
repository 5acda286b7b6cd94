using System.Text.Json.Serialization;

namespace Microsoft.ML.Attention.Model;

/// <summary>
/// What a stage computes, every size settled: the options after defaults, columns and given parameters have had their say. What is an
/// option bears the option's name; in model files the names of version 0.1.0 stay.
/// </summary>
sealed record Architecture
{
    /// <summary>What every row brings: the inputs in their order, then the keys, then the values of cross-attention.</summary>
    public required IReadOnlyList<TokenField> Fields { get; init => field = new ValueList<TokenField>(value); }

    /// <summary>Rows of each token table.</summary>
    public IReadOnlyList<int> TableSizes { get; init => field = new ValueList<int>(value); } = new ValueList<int>([]);

    /// <summary>Numbers in one token inside the block, <c>M</c>; <c>E</c> where nothing changes it.</summary>
    [JsonPropertyName("Width")]
    public required int ModelDimension { get; init; }

    /// <summary>Heads of a layer, before any is pruned.</summary>
    [JsonPropertyName("Heads")]
    public required int NumberOfHeads { get; init; }

    /// <summary>Key-value heads of a layer, before any is pruned.</summary>
    [JsonPropertyName("KeyValueHeads")]
    public required int NumberOfKeyValueHeads { get; init; }

    /// <summary>For each layer, the heads that pruning left, in ascending order; null where all are there.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? KeptHeads
    {
        get; init =>
        field = value is null ? null : new ValueList<IReadOnlyList<int>>(value.Select(heads => new ValueList<int>(heads)));
    }

    public required int HeadDimension { get; init; }

    public required int ValueHeadDimension { get; init; }

    [JsonPropertyName("OutputWidth")]
    public required int OutputDimension { get; init; }

    /// <summary>Whether drawn projections have biases; given ones have those that are there.</summary>
    public bool UseBias { get; init; } = true;

    public required double Scale { get; init; }

    public double? Softcap { get; init; }

    public bool IsCausal { get; init; }

    /// <summary>A window for each head, null for none; or null when no head has one.</summary>
    [JsonPropertyName("Windows")]
    public IReadOnlyList<int?>? HeadWindowSizes { get; init => field = value is null ? null : new ValueList<int?>(value); }

    [JsonPropertyName("NormalizesQueriesAndKeys")]
    public bool NormalizeQueriesAndKeys { get; init; }

    [JsonPropertyName("Positions")]
    public PositionalEncoding PositionalEncoding { get; init; }

    public double RotaryBase { get; init; } = Defaults.RotaryBase;

    /// <summary>A window for each layer, null for none, for all its heads; or null where layers do not differ.</summary>
    public IReadOnlyList<int?>? LayerWindowSizes { get; init => field = value is null ? null : new ValueList<int?>(value); }

    /// <summary>A rotary base for each layer; null where layers do not differ.</summary>
    public IReadOnlyList<double>? LayerRotaryBases { get; init => field = value is null ? null : new ValueList<double>(value); }

    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>Rows of the table of relative positions.</summary>
    public int? RelativeBuckets { get; init; }

    /// <summary>The row of the table of learned positions that the first token has.</summary>
    public int PositionOffset { get; init; }

    /// <summary>Rows of the table of token types; null for none.</summary>
    public int? NumberOfTokenTypes { get; init; }

    /// <summary>Whether the ids of the one table of the inputs count through it once for each token type.</summary>
    public bool TokenTypesInIds { get; init; }

    /// <summary>Whether tokens are normalized before the first layer.</summary>
    public bool EmbeddingNormalization { get; init; }

    /// <summary>Whether the pooled vector is brought to length 1.</summary>
    public bool NormalizeOutput { get; init; }

    /// <summary>Whether there is a table of learned positions beside other positions, as in MPNet.</summary>
    public bool AddsLearnedPositions { get; init; }

    /// <summary>Tokens of a row at most, which are the rows of the table of learned positions from <see cref="PositionOffset"/>
    /// on; null for any number.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>Whether tokens after the last learned position have that one; otherwise there may be none.</summary>
    public bool RepeatsLastPosition { get; init; }

    /// <summary>What a row of more tokens means.</summary>
    public LongerRows LongerRows { get; init; }

    public AttentionBlock Block { get; init; }

    [JsonPropertyName("Layers")]
    public int NumberOfLayers { get; init; } = 1;

    [JsonPropertyName("Order")]
    public NormalizationOrder NormalizationOrder { get; init; }

    public Normalization Normalization { get; init; }

    [JsonPropertyName("Epsilon")]
    public double NormalizationEpsilon { get; init; } = Defaults.NormalizationEpsilon;

    [JsonPropertyName("FeedForwardWidth")]
    public int FeedForwardDimension { get; init; }

    public Activation Activation { get; init; }

    [JsonPropertyName("NormalizesAtTheEnd")]
    public bool FinalNormalization { get; init; }

    public AttentionPooling Pooling { get; init; }

    /// <summary>What its classifier is for; null where it has none.</summary>
    public Prediction? Prediction { get; init; }

    [JsonPropertyName("StandardizesInputs")]
    public bool StandardizeInputs { get; init; }

    /// <summary>Whether there is a learned token for those that masked reconstruction hides.</summary>
    public bool HasMaskToken { get; init; }

    /// <summary>One of which only this is known yet: which axes the outputs have, but not how long they are.</summary>
    public static Architecture Unsettled(AttentionPooling pooling, Prediction? prediction = null) =>
        new()
        {
            Fields = [new(1)],
            ModelDimension = 1,
            NumberOfHeads = 1,
            NumberOfKeyValueHeads = 1,
            HeadDimension = 1,
            ValueHeadDimension = 1,
            OutputDimension = 1,
            Scale = 1,
            Pooling = pooling,
            Prediction = prediction
        };

    /// <summary>Rounds in which each token is hidden once, to see how well the others tell it; null where that is not asked for.</summary>
    public int? ReconstructionRounds { get; init; }

    /// <summary>Models side by side, each with tensors of its own.</summary>
    public int NumberOfModels { get; init; } = 1;

    /// <summary>One of them.</summary>
    [JsonIgnore]
    public Architecture Member => NumberOfModels == 1 ? this : this with { NumberOfModels = 1 };

    /// <summary>Frames of a patch, which is one token; null where each frame is one.</summary>
    public int? PatchLength { get; init; }

    /// <summary>Frames from the start of one patch to that of the next; null where there are none.</summary>
    public int? PatchStride { get; init; }

    /// <summary>How frames become tokens.</summary>
    [JsonIgnore]
    public Patches Patches => PatchLength is int length ? new(length, PatchStride ?? length) : Patches.None;

    /// <summary>Bring each channel of a row to mean 0 and deviation 1, and give both back beside the pooled vector.</summary>
    public bool StandardizeRows { get; init; }

    /// <summary>Tokens of a row that <see cref="AttentionPooling.Flatten"/> gives, zeros for those that are not there;
    /// null of other poolings.</summary>
    public int? FlattenedLength { get; init; }

    /// <summary>Whether a learned token stands before the others.</summary>
    public bool HasClassToken => Pooling == AttentionPooling.Class;

    /// <summary>Numbers of the output: of each token, or of the row when it is pooled.</summary>
    public int FeatureDimension =>
        OutputDimension * (Pooling switch { AttentionPooling.MeanAndMax => 2, AttentionPooling.Flatten => FlattenedLength!.Value, _ => 1 })
        + (StandardizeRows ? 2 * Inputs.Where(f => !f.HoldsIds).Sum(f => f.Width) : 0);

    /// <summary>Bins that each number of a table is told by; null where it is told by itself.</summary>
    public int? ElementBins { get; init; }

    /// <summary>Tokens of every row, where each element of the input columns is one; null elsewhere.</summary>
    public int? ElementTokens => Fields[0].IsPerElement ? Inputs.Sum(f => f.Elements.Sum()) : null;

    /// <summary>Tokens that so many frames of the inputs are, those left out that are too many, and the class token.</summary>
    public int TokensOf(int frames) =>
        frames == 0 ? 0 : (ElementTokens ?? Math.Min(Patches.Tokens(frames), MostTokens ?? int.MaxValue)) + (HasClassToken ? 1 : 0);

    int? MostTokens => RepeatsLastPosition ? null : MaximumLength;

    /// <summary>The frames of the inputs that are read, of a row of so many: all, or whole patches from its start or to its end. Asked for
    /// each row, so it makes nothing.</summary>
    public Range Kept(int frames)
    {
        if (Fields[0].IsPerElement || MostTokens is not int most || Patches.Tokens(frames) <= most)
            return 0..frames;
        var (limit, stride) = ((most - 1L) * Patches.Stride + Patches.Length, (long)Patches.Stride);
        return LongerRows == LongerRows.KeepLast
            ? (int)((frames - limit + stride - 1) / stride * stride)..frames
            : 0..(int)Math.Min(limit, frames);
    }

    /// <summary>Neighbouring tokens that a convolution before the first layer reads, an odd number; null where there is none.</summary>
    public int? ConvolutionWidth { get; init; }

    /// <summary>Whether neighbouring tokens meet before attention, so that what is no token must be zeros there.</summary>
    public bool MixesNeighbours => PatchLength is not null || ConvolutionWidth is not null;

    /// <summary>The fields that are one sequence of input tokens.</summary>
    [JsonIgnore]
    public IReadOnlyList<TokenField> Inputs => [.. Fields.Where(f => f.Role == TokenRole.Input)];

    /// <summary>The keys of cross-attention; null in self-attention.</summary>
    [JsonIgnore]
    public TokenField? Keys => Fields.FirstOrDefault(f => f.Role == TokenRole.Key);

    /// <summary>The values of cross-attention; null where the keys are the values.</summary>
    [JsonIgnore]
    public TokenField? Values => Fields.FirstOrDefault(f => f.Role == TokenRole.Value);

    public bool IsCrossAttention => Keys is not null;

    /// <summary>Whether some tokens are ids, which may be missing.</summary>
    public bool HoldsIds => TableSizes.Count > 0;

    /// <summary>Whether tokens of another width are brought to <see cref="ModelDimension"/>.</summary>
    public bool ProjectsInputs { get; init; }

    public bool UsesRotary => PositionalEncoding is PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved;

    /// <summary>Numbers in one token that the key projection reads: those of all frames of a patch.</summary>
    public int KeySourceDimension => SourceDimension(Keys) ?? ModelDimension;

    /// <summary>Numbers in one token that the value projection reads.</summary>
    public int ValueSourceDimension => SourceDimension(Values) ?? KeySourceDimension;

    /// <summary>Numbers in one frame that is made a part of a patch.</summary>
    public int FrameWidth => Inputs is [{ HoldsIds: false } only] && !ProjectsInputs ? only.Width : ModelDimension;

    int? SourceDimension(TokenField? source) => source is null ? null : Patches.Length * (source.HoldsIds ? ModelDimension : source.Width);

    /// <summary>Whether the three projections have one shape, and so are one tensor, as in PyTorch.</summary>
    public bool PacksProjections =>
        KeySourceDimension == ModelDimension && ValueSourceDimension == ModelDimension && NumberOfKeyValueHeads == NumberOfHeads
            && ValueHeadDimension == HeadDimension;

    [JsonIgnore]
    public bool HasPositionTable => PositionalEncoding == PositionalEncoding.Learned || AddsLearnedPositions;

    [JsonIgnore]
    public bool IsGated => Activation is Activation.SiluGated or Activation.GeluGated;

    [JsonIgnore]
    public bool HasWindows => HeadWindowSizes is not null || LayerWindowSizes?.Any(window => window is not null) == true;

    /// <summary>The window of a head, null for none.</summary>
    public int? WindowOf(int layer, int head) => LayerWindowSizes is { } layers ? layers[layer] : HeadWindowSizes?[head];

    public double RotaryBaseOf(int layer) => LayerRotaryBases?[layer] ?? RotaryBase;

    /// <summary>Whether a layer's attention has a norm: what is normalized already is not again before the first one.
    /// Warner et al. 2024, section 2.1.</summary>
    public bool HasAttentionNorm(int layer) => !(layer == 0 && EmbeddingNormalization && NormalizationOrder == NormalizationOrder.Pre);

    /// <summary>The heads that a layer computes.</summary>
    public HeadLayout HeadsOf(int layer) =>
        new(KeptHeads?[layer] ?? [.. Enumerable.Range(0, NumberOfHeads)], NumberOfHeads / NumberOfKeyValueHeads);

    /// <summary>What a layer's projections give for one token.</summary>
    public (int Queries, int Keys, int Values) ProjectionDimensions(int layer)
    {
        var heads = HeadsOf(layer);
        return (heads.Count * HeadDimension, heads.KeyValueHeads.Count * HeadDimension, heads.KeyValueHeads.Count * ValueHeadDimension);
    }

    /// <summary>What the modules of a layer are called.</summary>
    public LayerScope LayerOf(int layer) => LayerScope.Of(NumberOfLayers, layer);

    /// <summary>What the tensors of a layer's attention are called.</summary>
    public AttentionScope AttentionOf(int layer) => LayerOf(layer).Attention(Block);

    /// <summary>The projection of an input field.</summary>
    public TensorScope InputOf(int input) => ModuleNames.Input.Of(Inputs.Count, input);

    /// <summary>A token table.</summary>
    public TensorScope TableOf(int table) => ModuleNames.Embedding.Of(TableSizes.Count, table);

    /// <summary>How many ids a field's column has: the rows of its table, or of the part of its table that one index in a vector has, for
    /// each token type that ids tell.</summary>
    public int IdsOf(TokenField field, int column) =>
        TableSizes[field.Tables[column]] / (field.IsPerElement ? field.Elements[column] : 1) * (TokenTypesInIds
            ? NumberOfTokenTypes!.Value
            : 1);

    /// <summary>What is added to the ids of a field's column, whose table lies below those of the columns before it.</summary>
    public int TableOffset(TokenField field, int column) =>
        field.Tables.Take(column).Distinct().Where(table => table != field.Tables[column]).Sum(table => TableSizes[table]);
}
