using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Options;

/// <summary>Reads options off the names and shapes of tensors.</summary>
sealed class OptionsInference
{
    /// <summary>The modules around the layers that a stage has.</summary>
    static readonly TensorScope[] Modules =
    [
        ModuleNames.Embedding, ModuleNames.Element, ModuleNames.Input, ModuleNames.Patch, ModuleNames.Convolution,
        ModuleNames.EmbeddingNorm, ModuleNames.FinalNorm,
    ];

    /// <summary>The tensors that it has beside these.</summary>
    static readonly HashSet<string> Tensors =
    [
        ModuleNames.Position.Weight, ModuleNames.TokenType.Weight, ModuleNames.RelativeBias.Weight, ModuleNames.MaskToken,
        ModuleNames.ClassToken, ModuleNames.PoolQuery,
        .. Enum.GetValues<TokenRole>().SelectMany(role => (string[])[ModuleNames.MeanOf(role), ModuleNames.ScaleOf(role)]),
    ];

    readonly AttentionParameters _tensors;
    readonly List<string> _undecided = [];
    readonly int _layers;
    readonly LayerScope _layer;
    readonly AttentionScope _attention;

    OptionsInference(AttentionParameters tensors)
    {
        _tensors = tensors;
        var located = tensors.Names.Select(LayerScope.Locate).ToArray();
        _layers = located.Max(found => found?.Layer) + 1 ?? 1;
        _layer = new(located.Any(found => found is not null) ? ModuleNames.Layers[0] : TensorScope.Root);
        _attention = tensors.Names.Any(_layer.SelfAttention.Scope.Holds) ? _layer.SelfAttention : new(_layer.Scope);
        TensorsNotComputed.Refuse(tensors, HasBlock);
    }

    bool HasTable => Has(ModuleNames.Embedding.Weight) || Has(ModuleNames.Embedding[0].Weight);

    bool HasBlock => _attention.Scope != _layer.Scope && (Has(_layer.Norm1.Weight) || IsModernBert);

    /// <summary>Whether the first attention reads what the embeddings' norm gave, without a norm of its own.</summary>
    bool IsModernBert => !Has(_layer.Norm1.Weight) && Has(_layer.Norm2.Weight) && Has(ModuleNames.EmbeddingNorm.Weight);

    /// <exception cref="ArgumentException">There is no attention among the tensors,
    /// or the number of heads does not divide its projections.</exception>
    /// <exception cref="NotSupportedException">The attention has relative positions, sinks,
    /// adapters or what else a stage does not compute.</exception>
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
            EmbeddingDimension = Has(ModuleNames.Element.Weight) ? null : frame ?? Embedding(query.Columns),
            PatchLength = patch,
            TokenPerElement = Has(ModuleNames.Element.Weight),
            ElementBins = _tensors.Find(ModuleNames.Element.Weight) is { Shape: [_, var bins, _] } ? checked((int)bins) : null,
            ModelDimension = patch is not null || Has(ModuleNames.Element.Weight) || HasTable || Has(ModuleNames.Input[0].Weight)
                || HasBlock && Has(ModuleNames.Input.Weight) ? query.Columns : null,
            KeyDimension = key.Columns == query.Columns ? null : key.Columns / (patch ?? 1),
            ValueDimension = value.Columns == key.Columns ? null : value.Columns / (patch ?? 1),
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = keyValueHeads == heads ? null : keyValueHeads,
            HeadDimension = headDimension * heads == query.Columns ? null : headDimension,
            ValueHeadDimension = valueHeadDimension == headDimension ? null : valueHeadDimension,
            OutputDimension = !HasBlock && Rows(_attention.OutProjection.Weight) is int output && output != query.Columns ? output : null,
            StandardizeInputs = Has(ModuleNames.MeanOf(TokenRole.Input)) ? true : null,
            ConvolutionWidth = _tensors.Find(ModuleNames.Convolution.Weight) is { Shape: [_, 1, var taps] } ? checked((int)taps) : null,
            UseBias = Has(_attention.InProjection.Bias),
            NormalizeQueriesAndKeys = Has(_attention.QueryNorm.Weight),
            MaximumLength = Rows(ModuleNames.Position.Weight),
            NumberOfTokenTypes = Rows(ModuleNames.TokenType.Weight),
            EmbeddingNormalization = Has(ModuleNames.EmbeddingNorm.Weight),
            NumberOfLayers = HasBlock ? _layers : 1,
            Pooling = Has(ModuleNames.PoolQuery) ? AttentionPooling.Attention
                : Has(ModuleNames.ClassToken) ? AttentionPooling.Class
                : AttentionPooling.None,
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
        var isEncoder = Has(_layer.Linear1.Weight);
        if (IsModernBert)
        {
            _undecided.Add("LayerWindowSizes, LayerRotaryBases and NormalizationEpsilon: ModernBERT's layers see 64 tokens to each side "
                + "at a base of 10000, "
                + "every third all at 160000; its epsilon is 1e-5. Proposed are no window, and 10000.");
            return options with
            {
                Block = AttentionBlock.Encoder,
                NormalizationOrder = NormalizationOrder.Pre,
                FeedForwardDimension = Rows(_layer.Linear1.Weight),
                Activation = Activation.GeluGated,
            };
        }
        var isGated = Has(_layer.LinearGate.Weight);
        var isRms = !Has(_layer.Norm1.Bias);
        var isPre = isRms || Has(ModuleNames.FinalNorm.Weight);
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
            FeedForwardDimension = Rows(_layer.Linear1.Weight),
            Activation = isGated ? Activation.SiluGated : Activation.Relu,
        };
    }

    MultiHeadAttentionOptions WithPositions(MultiHeadAttentionOptions options)
    {
        if (Has(ModuleNames.RelativeBias.Weight))
            return options with { PositionalEncoding = PositionalEncoding.RelativeBuckets };
        if (Has(ModuleNames.Position.Weight))
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
        if (Rows(_attention.QueryNorm.Weight) is int headDimension && rows % headDimension == 0)
            return rows / headDimension;
        // The default where it fits; grouped queries need heads no larger than all keys together.
        int[] divisors = [.. Enumerable.Range(1, rows)
            .Where(n => rows % n == 0 && (Rows(_attention.KeyProjection.Weight) ?? rows) % (rows / n) == 0)];
        var guess = divisors.Contains(Defaults.NumberOfHeads) ? Defaults.NumberOfHeads : divisors[0];
        _undecided.Add(
            $"NumberOfHeads: the {rows} rows of queries divide into as many heads as {string.Join(", ", divisors)}; proposed is {guess}.");
        return guess;
    }

    /// <summary>The sizes of the three matrices, which are one where they are equal.</summary>
    ((int Rows, int Columns) Query, (int Rows, int Columns) Key, (int Rows, int Columns) Value) Projections()
    {
        if (Size(_attention.InProjection.Weight) is var (rows, columns))
            return ((rows / 3, columns), (rows / 3, columns), (rows / 3, columns));
        return (Separate(_attention.QueryProjection), Separate(_attention.KeyProjection), Separate(_attention.ValueProjection));

        (int, int) Separate(TensorScope projection) => Size(projection.Weight)
            ?? throw new ArgumentException($"The parameters have neither '{_attention.InProjection.Weight}' nor "
                + $"'{projection.Weight}', so they are no attention that is recognized: give the prefix of a layer, or of the "
                + "list of layers, where they are loaded. They have: "
                + $"{string.Join(", ", _tensors.Names.Take(8))}{(_tensors.Names.Count > 8 ? ", ..." : "")}.");
    }

    /// <summary>Numbers in an input token; null where tokens are ids or columns differ.</summary>
    int? Embedding(int width)
    {
        if (HasTable || Has(ModuleNames.Input[0].Weight))
            return null;
        return Size(ModuleNames.Input.Weight) is var (_, columns) ? columns : width;
    }

    /// <summary>Frames of a patch, and numbers of a frame where tokens are no ids and one column;
    /// nulls where there are no patches.</summary>
    (int? Length, int? Frame) Patches()
    {
        if (Size(ModuleNames.Patch.Weight) is not var (model, columns))
            return (null, null);
        if (HasTable || Has(ModuleNames.Input[0].Weight) || Has(ModuleNames.Input.Weight))
            return (Length(model), Embedding(model));
        if (_tensors.Find(ModuleNames.MeanOf(TokenRole.Input)) is { Shape: [var width] })
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
        if (Tensors.Contains(name) || Modules.Any(module => module.Holds(name)))
            return true;
        if (!HasBlock)
            return _attention.Tensors.Any(tensor => tensor == name);
        var (layer, inLayer) = (new LayerScope(TensorScope.Root), LayerScope.Locate(name)?.Name ?? name);
        return layer.SelfAttention.Tensors.Any(tensor => tensor == inLayer) || IsNorm(layer.Norm1)
            || options.Block == AttentionBlock.Encoder && (IsNorm(layer.Norm2) || IsLinear(layer.Linear1) || IsLinear(layer.Linear2))
            || options.Activation is Activation.SiluGated or Activation.GeluGated && IsLinear(layer.LinearGate);

        bool IsNorm(TensorScope norm) => inLayer == norm.Weight || inLayer == norm.Bias && options.Normalization == Normalization.LayerNorm;

        bool IsLinear(TensorScope linear) => inLayer == linear.Weight || inLayer == linear.Bias;
    }

    bool Has(string name) => _tensors.Find(name) is not null;

    int? Rows(string name) => _tensors.Find(name) is { Shape: [<= int.MaxValue and var rows, ..] } ? (int)rows : null;

    (int Rows, int Columns)? Size(string name) =>
        _tensors.Find(name) is { Shape: [> 0 and <= int.MaxValue and var rows, > 0 and <= int.MaxValue and var columns] }
            ? ((int)rows, (int)columns)
            : null;
}
