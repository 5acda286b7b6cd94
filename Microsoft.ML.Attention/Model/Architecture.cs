using System.Text.Json.Serialization;

namespace Microsoft.ML.Attention.Model;

/// <summary>
/// What a stage computes, every size settled: the options after defaults, columns and given parameters have had their say. What is an
/// option bears the option's name; in model files the names of version 0.1.0 stay.
/// </summary>
sealed record Architecture
{
    /// <summary>Numbers in one input token, <c>E</c>; one for each column where columns differ in width.</summary>
    [JsonPropertyName("InputWidths")]
    public required IReadOnlyList<int> EmbeddingDimensions { get; init => field = new ValueList<int>(value); }

    /// <summary>Tokens of each column where columns differ in width; null where they are one sequence of any length.</summary>
    public IReadOnlyList<int>? InputLengths { get; init => field = value is null ? null : new ValueList<int>(value); }

    /// <summary>Rows of the token table, where tokens are ids; null where they are embeddings.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>Numbers in one key token; null in self-attention.</summary>
    [JsonPropertyName("KeyWidth")]
    public int? KeyDimension { get; init; }

    /// <summary>Numbers in one value token; null where the keys are the values.</summary>
    [JsonPropertyName("ValueWidth")]
    public int? ValueDimension { get; init; }

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
    public IReadOnlyList<IReadOnlyList<int>>? KeptHeads { get; init => field = value is null ? null : new ValueList<IReadOnlyList<int>>(value.Select(heads => new ValueList<int>(heads))); }

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

    /// <summary>Rows of the table of learned positions.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>Whether tokens after the last learned position have that one; otherwise there may be none.</summary>
    public bool RepeatsLastPosition { get; init; }

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

    [JsonPropertyName("StandardizesInputs")]
    public bool StandardizeInputs { get; init; }

    /// <summary>Whether there is a learned token for those that masked reconstruction hides.</summary>
    public bool HasMaskToken { get; init; }

    /// <summary>One of which only this is known yet: which axes the outputs have, but not how long they are.</summary>
    public static Architecture Unsettled(AttentionPooling pooling) =>
        new() { EmbeddingDimensions = [1], ModelDimension = 1, NumberOfHeads = 1, NumberOfKeyValueHeads = 1, HeadDimension = 1, ValueHeadDimension = 1, OutputDimension = 1, Scale = 1, Pooling = pooling };

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

    /// <summary>Neighbouring tokens that a convolution before the first layer reads, an odd number; null where there is none.</summary>
    public int? ConvolutionWidth { get; init; }

    /// <summary>Whether neighbouring tokens meet before attention, so that what is no token must be zeros there.</summary>
    public bool MixesNeighbours => PatchLength is not null || ConvolutionWidth is not null;

    public bool IsCrossAttention => KeyDimension is not null;

    public bool ReadsTokenIds => VocabularySize is not null;

    /// <summary>Whether tokens of another width are brought to <see cref="ModelDimension"/>.</summary>
    public bool ProjectsInputs { get; init; }

    public bool UsesRotary => PositionalEncoding is PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved;

    /// <summary>Numbers in one token that the key projection reads: those of all frames of a patch.</summary>
    public int KeySourceDimension => KeyDimension * Patches.Length ?? ModelDimension;

    /// <summary>Numbers in one token that the value projection reads.</summary>
    public int ValueSourceDimension => ValueDimension * Patches.Length ?? KeySourceDimension;

    /// <summary>Numbers in one frame that is made a part of a patch.</summary>
    public int FrameWidth => ReadsTokenIds || ProjectsInputs ? ModelDimension : EmbeddingDimensions[0];

    /// <summary>Whether the three projections have one shape, and so are one tensor, as in PyTorch.</summary>
    public bool PacksProjections =>
        KeySourceDimension == ModelDimension && ValueSourceDimension == ModelDimension && NumberOfKeyValueHeads == NumberOfHeads && ValueHeadDimension == HeadDimension;

    /// <summary>The heads that a layer computes.</summary>
    public HeadLayout HeadsOf(int layer) => new(KeptHeads?[layer] ?? [.. Enumerable.Range(0, NumberOfHeads)], NumberOfHeads / NumberOfKeyValueHeads);

    /// <summary>What a layer's projections give for one token.</summary>
    public (int Queries, int Keys, int Values) ProjectionDimensions(int layer)
    {
        var heads = HeadsOf(layer);
        return (heads.Count * HeadDimension, heads.KeyValueHeads.Count * HeadDimension, heads.KeyValueHeads.Count * ValueHeadDimension);
    }

    /// <summary>What precedes the names of a layer's tensors.</summary>
    public string LayerPrefix(int layer) => NumberOfLayers == 1 ? "" : $"layers.{layer}.";

    /// <summary>What precedes the names of a layer's attention tensors.</summary>
    public string AttentionPrefix(int layer) => LayerPrefix(layer) + (Block == AttentionBlock.Attention ? "" : "self_attn.");

    /// <summary>What precedes the names of the projection of input column <paramref name="column"/>.</summary>
    public string InputPrefix(int column) => EmbeddingDimensions.Count == 1 ? "input" : $"input.{column}";
}
