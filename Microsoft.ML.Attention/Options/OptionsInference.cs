using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Options;

/// <summary>Reads options off the names and shapes of tensors.</summary>
sealed class OptionsInference
{
    /// <summary>The tensors around the layers that a stage has; of a module, its name and a dot.</summary>
    static readonly string[] AroundLayers =
    [
        "embedding.", "element.", "input.", "position.weight", "token_type.weight", "embedding_norm.", "relative_bias.weight", "mask_token",
        "patch.", "convolution.", "class_token", "norm.", "pool.query", "input_mean", "input_scale",
        "key_mean", "key_scale", "value_mean", "value_scale",
    ];

    /// <summary>The tensors of an attention.</summary>
    static readonly string[] InAttention =
        ["in_proj_weight", "in_proj_bias", "q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight", "out_proj.bias",
            "q_norm.weight", "k_norm.weight"];

    readonly AttentionParameters _tensors;
    readonly List<string> _undecided = [];
    readonly int _layers;
    readonly string _layer;
    readonly string _attention;

    OptionsInference(AttentionParameters tensors)
    {
        _tensors = tensors;
        var isList = tensors.Names.Any(name => ParameterResolution.LayerOf(name) is not null);
        _layers = tensors.Names.Select(ParameterResolution.LayerOf).Max() + 1 ?? 1;
        _layer = isList ? "layers.0." : "";
        _attention = tensors.Names.Any(name => name.StartsWith($"{_layer}self_attn.", StringComparison.Ordinal))
            ? $"{_layer}self_attn."
            : _layer;
        TensorsNotComputed.Refuse(tensors, HasBlock);
    }

    bool HasTable => Has("embedding.weight") || Has("embedding.0.weight");

    bool HasBlock => _attention != _layer && (Has($"{_layer}norm1.weight") || IsModernBert);

    /// <summary>Whether the first attention reads what the embeddings' norm gave, without a norm of its own.</summary>
    bool IsModernBert => !Has($"{_layer}norm1.weight") && Has($"{_layer}norm2.weight") && Has("embedding_norm.weight");

    /// <exception cref="ArgumentException">There is no attention among the tensors, or the number of heads does not divide its
    /// projections.</exception>
    /// <exception cref="NotSupportedException">The attention has relative positions, sinks, adapters or what else a stage does not
    /// compute.</exception>
    public static OptionsProposal Propose(AttentionParameters tensors, int? numberOfHeads)
    {
        var models = ModelTensors.Count(tensors);
        var proposal = new OptionsInference(models == 1 ? tensors : ModelTensors.Of(tensors, 0)).Propose(numberOfHeads);
        return models == 1 ? proposal
            : new(proposal.Options with { Parameters = tensors, Training = new() { NumberOfModels = models } }, proposal.Undecided);
    }

    OptionsProposal Propose(int? numberOfHeads)
    {
        var (query, key, value) = Projections();
        var heads = Heads(query.Rows, numberOfHeads);
        var headDimension = query.Rows / heads;
        if (key.Rows % headDimension != 0 || heads % (key.Rows / headDimension) != 0)
            throw new ArgumentException($"With {heads} heads of {headDimension} each, the {key.Rows} rows of keys are not as many heads "
                + $"as divide {heads}.", nameof(numberOfHeads));
        var keyValueHeads = key.Rows / headDimension;
        var valueHeadDimension = value.Rows / keyValueHeads;
        var (patch, frame) = Patches();
        var options = new MultiHeadAttentionOptions
        {
            Parameters = _tensors,
            EmbeddingDimension = Has("element.weight") ? null : frame ?? Embedding(query.Columns),
            PatchLength = patch,
            TokenPerElement = Has("element.weight"),
            ElementBins = _tensors.Find("element.weight") is { Shape: [_, var bins, _] } ? checked((int)bins) : null,
            ModelDimension = patch is not null || Has("element.weight") || HasTable || Has("input.0.weight") || HasBlock
                && Has("input.weight") ? query.Columns : null,
            KeyDimension = key.Columns == query.Columns ? null : key.Columns / (patch ?? 1),
            ValueDimension = value.Columns == key.Columns ? null : value.Columns / (patch ?? 1),
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = keyValueHeads == heads ? null : keyValueHeads,
            HeadDimension = headDimension * heads == query.Columns ? null : headDimension,
            ValueHeadDimension = valueHeadDimension == headDimension ? null : valueHeadDimension,
            OutputDimension = !HasBlock && Rows($"{_attention}out_proj.weight") is int output && output != query.Columns ? output : null,
            StandardizeInputs = Has("input_mean") ? true : null,
            ConvolutionWidth = _tensors.Find("convolution.weight") is { Shape: [_, 1, var taps] } ? checked((int)taps) : null,
            UseBias = Has($"{_attention}in_proj_bias"),
            NormalizeQueriesAndKeys = Has($"{_attention}q_norm.weight"),
            MaximumLength = Rows("position.weight"),
            NumberOfTokenTypes = Rows("token_type.weight"),
            EmbeddingNormalization = Has("embedding_norm.weight"),
            NumberOfLayers = HasBlock ? _layers : 1,
            Pooling = Has("pool.query") ? AttentionPooling.Attention : Has("class_token") ? AttentionPooling.Class : AttentionPooling.None,
        };
        if (key.Columns != query.Columns || value.Columns != key.Columns)
            _undecided.Add($"KeyColumnName and ValueColumnName: queries of {query.Columns} numbers attend to keys of {key.Columns} and "
                + $"values of {value.Columns}; name their columns.");
        options = WithPositions(HasBlock ? WithBlock(options) : options);
        _undecided.Add("IsCausal: a decoder's self-attention is causal, an encoder's and cross-attention are not; proposed is false.");
        ListUnread(options);
        return new OptionsProposal(options, _undecided);
    }

    MultiHeadAttentionOptions WithBlock(MultiHeadAttentionOptions options)
    {
        var isEncoder = Has($"{_layer}linear1.weight");
        if (IsModernBert)
        {
            _undecided.Add("LayerWindowSizes, LayerRotaryBases and NormalizationEpsilon: ModernBERT's layers see 64 tokens to each side "
                + "at a base of 10000, "
                + "every third all at 160000; its epsilon is 1e-5. Proposed are no window, and 10000.");
            return options with
            {
                Block = AttentionBlock.Encoder,
                NormalizationOrder = NormalizationOrder.Pre,
                FeedForwardDimension = Rows($"{_layer}linear1.weight"),
                Activation = Activation.GeluGated,
            };
        }
        var isGated = Has($"{_layer}linear_gate.weight");
        var isRms = !Has($"{_layer}norm1.bias");
        var isPre = isRms || Has("norm.weight");
        if (isEncoder && !isGated)
            _undecided.Add("Activation: Relu in PyTorch, Gelu in BERT, GeluTanh in GPT-2; proposed is Relu.");
        if (isRms)
            _undecided.Add(
                "Normalization: norms without a bias are RmsNorm, unless they are a LayerNorm that was made without; proposed is RmsNorm.");
        _undecided.Add(isPre
            ? $"NormalizationOrder: {(isRms ? "RmsNorm" : "a norm after the last layer")} mostly comes with Pre; proposed is Pre."
            : "NormalizationOrder: PyTorch's default and BERT are Post; proposed is Post.");
        _undecided.Add("NormalizationEpsilon: 1e-5 in PyTorch and GPT-2, 1e-12 in BERT, 1e-6 or 1e-5 in LLaMA; proposed is 1e-5.");
        return options with
        {
            Block = isEncoder ? AttentionBlock.Encoder : AttentionBlock.Residual,
            Normalization = isRms ? Normalization.RmsNorm : Normalization.LayerNorm,
            NormalizationOrder = isPre ? NormalizationOrder.Pre : NormalizationOrder.Post,
            FeedForwardDimension = Rows($"{_layer}linear1.weight"),
            Activation = isGated ? Activation.SiluGated : Activation.Relu,
        };
    }

    MultiHeadAttentionOptions WithPositions(MultiHeadAttentionOptions options)
    {
        if (Has("relative_bias.weight"))
            return options with { PositionalEncoding = PositionalEncoding.RelativeBuckets };
        if (Has("position.weight"))
            return options with { PositionalEncoding = PositionalEncoding.Learned };
        if (HasBlock && IsModernBert)
            return options with { PositionalEncoding = PositionalEncoding.Rotary };
        // LLaMA and those after it: RMS norms, a gate, and rotations.
        if (options is { Normalization: Normalization.RmsNorm, Activation: Activation.SiluGated })
        {
            _undecided.Add("PositionalEncoding and RotaryBase: RmsNorm with a gate is a LLaMA, which has Rotary with a base of 10000 or, "
                + "newer, more; proposed are Rotary and 10000.");
            return options with { PositionalEncoding = PositionalEncoding.Rotary };
        }
        _undecided.Add("PositionalEncoding: there is no table of positions, but Sinusoidal, Rotary and Alibi have none; proposed is None.");
        return options;
    }

    int Heads(int rows, int? numberOfHeads)
    {
        if (numberOfHeads is int heads)
            return heads > 0 && rows % heads == 0 ? heads
                : throw new ArgumentException($"The {rows} rows of queries are not a multiple of {heads} heads.", nameof(numberOfHeads));
        if (Rows($"{_attention}q_norm.weight") is int headDimension && rows % headDimension == 0)
            return rows / headDimension;
        // The default where it fits; grouped queries need heads no larger than all keys together.
        int[] divisors = [.. Enumerable.Range(1, rows)
            .Where(n => rows % n == 0 && (Rows($"{_attention}k_proj_weight") ?? rows) % (rows / n) == 0)];
        var guess = divisors.Contains(Defaults.NumberOfHeads) ? Defaults.NumberOfHeads : divisors[0];
        _undecided.Add(
            $"NumberOfHeads: the {rows} rows of queries divide into as many heads as {string.Join(", ", divisors)}; proposed is {guess}.");
        return guess;
    }

    /// <summary>The sizes of the three matrices, which are one where they are equal.</summary>
    ((int Rows, int Columns) Query, (int Rows, int Columns) Key, (int Rows, int Columns) Value) Projections()
    {
        if (Size($"{_attention}in_proj_weight") is var (rows, columns))
            return ((rows / 3, columns), (rows / 3, columns), (rows / 3, columns));
        return (Separate("q"), Separate("k"), Separate("v"));

        (int, int) Separate(string name) => Size($"{_attention}{name}_proj_weight")
            ?? throw new ArgumentException($"The parameters have neither '{_attention}in_proj_weight' nor "
                + $"'{_attention}{name}_proj_weight', so they are no attention that is recognized: give the prefix of a layer, or of the "
                + "list of layers, where they are loaded. They have: "
                + $"{string.Join(", ", _tensors.Names.Take(8))}{(_tensors.Names.Count > 8 ? ", ..." : "")}.");
    }

    /// <summary>Numbers in an input token; null where tokens are ids or columns differ.</summary>
    int? Embedding(int width)
    {
        if (HasTable || Has("input.0.weight"))
            return null;
        return Size("input.weight") is var (_, columns) ? columns : width;
    }

    /// <summary>Frames of a patch, and numbers of a frame where tokens are no ids and one column; nulls where there are no
    /// patches.</summary>
    (int? Length, int? Frame) Patches()
    {
        if (Size("patch.weight") is not var (model, columns))
            return (null, null);
        if (HasTable || Has("input.0.weight") || Has("input.weight"))
            return (Length(model), Embedding(model));
        if (_tensors.Find("input_mean") is { Shape: [var width] })
            return (Length((int)width), (int)width);
        _undecided.Add($"PatchLength and EmbeddingDimension: a patch has {columns} numbers, which is as many frames as divide it; "
            + $"proposed are {columns} frames of one number.");
        return (Length(1), 1);

        int Length(int frame)
        {
            _undecided.Add("PatchStride: the tensors do not tell; proposed is PatchLength.");
            return columns / frame;
        }
    }

    void ListUnread(MultiHeadAttentionOptions options)
    {
        string[] unread = [.. _tensors.Names.Where(name => !IsRead(name, options)), .. _tensors.LeftOut];
        if (unread.Length > 0)
            _undecided.Add($"Parameters: {TensorNames.Listed(unread)} are no part of this stage, and are left out.");
    }

    bool IsRead(string name, MultiHeadAttentionOptions options)
    {
        if (AroundLayers.Any(around => around[^1] == '.' ? name.StartsWith(around, StringComparison.Ordinal) : name == around))
            return true;
        if (!HasBlock)
            return name.StartsWith(_attention, StringComparison.Ordinal) && InAttention.Contains(name[_attention.Length..]);
        var inLayer = ParameterResolution.LayerOf(name) is null ? name : name.Split('.', 3)[2];
        return inLayer.Split('.', 2) switch
        {
            ["self_attn", var tensor] => InAttention.Contains(tensor),
            ["norm1", var word] => IsNorm(word),
            ["norm2", var word] => options.Block == AttentionBlock.Encoder && IsNorm(word),
            ["linear1" or "linear2", "weight" or "bias"] => options.Block == AttentionBlock.Encoder,
            ["linear_gate", "weight" or "bias"] => options.Activation is Activation.SiluGated or Activation.GeluGated,
            _ => false,
        };

        bool IsNorm(string word) => word == "weight" || word == "bias" && options.Normalization == Normalization.LayerNorm;
    }

    bool Has(string name) => _tensors.Find(name) is not null;

    int? Rows(string name) => _tensors.Find(name) is { Shape: [<= int.MaxValue and var rows, ..] } ? (int)rows : null;

    (int Rows, int Columns)? Size(string name) =>
        _tensors.Find(name) is { Shape: [> 0 and <= int.MaxValue and var rows, > 0 and <= int.MaxValue and var columns] }
            ? ((int)rows, (int)columns)
            : null;
}
