using System.Text;
using System.Text.Json.Serialization;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Options;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Attention;

/// <summary>Every setting of a multi-head attention stage. A value: immutable, compared by content, varied with <c>with</c>.</summary>
/// <remarks>
/// Letters in shapes: <c>B</c> rows, <c>T</c> query tokens, <c>S</c> key tokens, <c>E</c> numbers in one input token, <c>H</c> heads,
/// <c>K</c> key-value heads, <c>D</c> numbers in one head, <c>L</c> layers. Combinations are checked by <c>Fit</c> and by schema
/// propagation, with errors that name the options and columns involved. The attributes are the search space of Microsoft.ML.AutoML and of
/// <see cref="AttentionSearchCatalog.SearchMultiHeadAttention"/>; of any combination of their choices,
/// heads divide the width and trainers can read the output.
/// </remarks>
public sealed record MultiHeadAttentionOptions
{
    /// <summary>The column to write. Empty for none, where a prediction or the attention weights are written; otherwise required.</summary>
    public string OutputColumnName { get; init; } = "";

    /// <summary>The embedding columns to read, their tokens concatenated in this order. Default: the output column's name alone.</summary>
    /// <remarks>
    /// <c>Vector&lt;Single&gt;</c> of <c>[T, E]</c> (fixed), <c>[*, E]</c> (ragged), or flat with <see cref="EmbeddingDimension"/> given;
    /// several flat columns without it are one token each, and a <c>Single</c> is one of one number. <c>Vector&lt;Key&gt;</c> holds token
    /// ids, and a key is one; they need <see cref="ModelDimension"/>, as columns of
    /// different widths do, and each column has a table of its own (<c>embedding.0.weight</c>, ...) unless <see cref="ShareTokenTable"/>
    /// says otherwise. Columns of ids beside columns of numbers, and columns of different widths, have a fixed number of tokens each.
    /// </remarks>
    [JsonIgnore]
    public IReadOnlyList<string> InputColumnNames
    {
        get => GivenInputColumnNames ?? [OutputColumnName];
        init => GivenInputColumnNames = value;
    }

    /// <summary>Whether columns were named.</summary>
    internal bool NamesInputs => GivenInputColumnNames is { Count: > 0 };

    /// <summary>Whether a column of predictions is written.</summary>
    internal bool Predicts => PredictedLabelColumnName is not null || ScoreColumnName is not null || ProbabilityColumnName is not null;

    /// <summary>Null for the default. Saved in place of what that stands for, so that options come back equal.</summary>
    [JsonInclude, JsonPropertyName(nameof(InputColumnNames))]
    IReadOnlyList<string>? GivenInputColumnNames
    {
        get;
        init => field = value is null ? null : new ValueList<string>(value);
    }

    /// <summary>Cross-attention: the column of the keys, and of the values unless <see cref="ValueColumnName"/> is set.
    /// Default: the input itself.</summary>
    public string? KeyColumnName { get; init; }

    /// <summary>The column of the values, as many tokens as the keys. Default: <see cref="KeyColumnName"/>.</summary>
    public string? ValueColumnName { get; init; }

    /// <summary>A <c>Vector&lt;Boolean&gt;</c> with one element for each key token, true where there is a token.
    /// Tokens where it is false are never read.</summary>
    public string? MaskColumnName { get; init; }

    /// <summary>A <c>Vector&lt;Single&gt;</c> of <c>T*S</c> or <c>H*T*S</c> values, added to the scores;
    /// negative infinity hides a key from a query.</summary>
    public string? AttentionBiasColumnName { get; init; }

    /// <summary>A second column to write: the attention weights (the softmax) <c>[H, T, S]</c>, or <c>[H, *, *]</c> when rows are ragged.
    /// Asking for it never changes the output.</summary>
    public string? AttentionWeightsColumnName { get; init; }

    /// <summary>Which layers' weights that column holds. Default: the last layer's.</summary>
    public AttentionWeightsLayers AttentionWeightsLayers { get; init; }

    /// <summary>
    /// One more column to write: attention rollout, how much of each token before the first layer (columns) is in each after the last
    /// (rows), <c>[T, T]</c>, or <c>[*, *]</c> when rows are ragged. Default: none.
    /// Asking for it never changes the output. Abnar and Zuidema 2020.
    /// </summary>
    /// <remarks>
    /// The product over the layers, the last one leftmost, of <c>(A + I) / 2</c> with rows divided by their sums: <c>A</c> is the mean of
    /// the attention weights of the heads that are left, <c>I</c> stands for the residual sum. So each row sums to 1, a layer without heads
    /// passes on what there was, and so does a token that sees none. The rows of tokens that are not there are zeros.
    /// <see cref="AttentionBlock.Attention"/> and cross-attention carry no token on beside what it attends to; with them, this is an error.
    /// </remarks>
    public string? AttentionRolloutColumnName { get; init; }

    /// <summary>
    /// One more column to write, after learning without a label: how far each token is from what the others tell of it, <c>[T]</c>, or
    /// <c>[*]</c> when rows are ragged; large where something is strange. The mean squared error of its elements, standardized as Fit
    /// learned them, while it is hidden. Default: none.
    /// </summary>
    /// <remarks>
    /// A row is read in K rounds, as many as <see cref="TrainingOptions.MaskedFraction"/> goes into 1, each of which hides every K-th
    /// token, so that every token is hidden once and sees about as many as when it was learned. So it costs as many times what the output
    /// does, and K is at most 100. Tokens that are not there have 0. What reads the tokens out stays with the stage then, as
    /// <c>reconstruction.weight</c> and <c>reconstruction.bias</c>. Frames of numbers alone, of one width: with token ids, patches, or
    /// columns of several widths, it is an error.
    /// </remarks>
    public string? ReconstructionErrorColumnName { get; init; }

    /// <summary>Learn from this column: a key (classes), a Boolean, or a Single; or a vector of them, one for each query token.</summary>
    /// <remarks>
    /// The trainer that follows sees features fitted on the same labels, and takes them for more certain than they are. Where labels are
    /// few or noisy, fit this stage on one half of the rows and the trainer on the other.
    /// </remarks>
    public string? LabelColumnName { get; init; }

    /// <summary>
    /// The other side of the pairs that Fit learns from, as many columns as <see cref="InputColumnNames"/> and of the same types, computed
    /// with the same parameters. Without a label, what belongs together (<see cref="TrainingObjective.InBatchNegatives"/>); with one, a
    /// Single from -1 to 1, what is so similar (<see cref="TrainingObjective.CosineRegression"/>). Read by Fit alone. Needs a
    /// <see cref="Pooling"/>. Default: none.
    /// </summary>
    public IReadOnlyList<string>? PairColumnNames
    {
        get;
        init => field = value is null ? null : new ValueList<string>(value);
    }

    /// <summary>
    /// How much each row counts in learning, a Single, at least 0: in the loss, in validation, and in the mean and deviation of
    /// <see cref="StandardizeInputs"/>. A row of weight 0 is as good as absent. Default: all count 1.
    /// </summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>
    /// One more column to write: the label that is predicted, a key or a Boolean as the label is, for each row or, where
    /// <see cref="LabelColumnName"/> is a vector, for each token. Not for a Single, which is its own score. Default: none;
    /// the trainers set <c>PredictedLabel</c>.
    /// </summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <summary>
    /// One more column to write: of a key the probability of each class, <c>[C]</c>; of a Boolean the logit of true; of a Single the number
    /// that is predicted. Tokens with labels have a score each, <c>[T, C]</c> or <c>[T]</c>. Default: none; the trainers set <c>Score</c>.
    /// </summary>
    /// <remarks>A column of predictions keeps the classifier that Fit learns,
    /// as <c>classifier.weight</c> and <c>classifier.bias</c> of the parameters.</remarks>
    public string? ScoreColumnName { get; init; }

    /// <summary>One more column to write, for a Boolean label: the probability of true. Default: none; the trainer for binary
    /// classification sets <c>Probability</c>.</summary>
    public string? ProbabilityColumnName { get; init; }

    /// <summary>How the numbers of a row lie in the columns of embeddings, keys and values included. Default: token by token.</summary>
    /// <remarks>Series stored channel by channel (x0 to x59, then y0 to y59) are <see cref="ElementOrder.ElementByElement"/>; a column type
    /// of two dimensions then is <c>[E, T]</c>.</remarks>
    public ElementOrder ElementOrder { get; init; }

    /// <summary>One table (<c>embedding.weight</c>) for all columns of token ids, where they are of one vocabulary. Default:
    /// a table for each.</summary>
    public bool ShareTokenTable { get; init; }

    /// <summary>
    /// For tables: every element of the input columns is a token, first the numbers (<c>Single</c>, <c>Vector&lt;Single&gt;</c>), then the
    /// keys, each in the order of the columns. A number has a weight and a bias of its own (<c>element.weight</c>, <c>element.bias</c>),
    /// and a learned token where it is NaN (<c>element.missing</c>); a key has a table of its own (<c>embedding.&lt;i&gt;.weight</c>, of
    /// a vector one below the other), and is no token where it is missing. Needs <see cref="ModelDimension"/>;
    /// <see cref="AttentionPooling.Class"/> suits it. Default: false. Gorishniy et al. 2021.
    /// </summary>
    public bool TokenPerElement { get; init; }

    /// <summary>
    /// Bins of each number of a table (<see cref="TokenPerElement"/>): Fit divides its range at its quantiles, and a number is told by
    /// how far it reaches into each bin, 1 in those below it, 0 in those
    /// above (piecewise-linear encoding), with a vector for each bin (<c>element.weight</c> <c>[N, bins, M]</c>). The edges are saved
    /// (<c>element.bins</c> <c>[N, bins + 1]</c>). So a line becomes a curve with
    /// a bend at each edge, and no number is standardized. Default: none. Gorishniy et al. 2022, section 3.2.
    /// </summary>
    /// <remarks>
    /// Beyond the outermost edges the first and the last bin go on in a straight line. Of a number with fewer values than edges, bins
    /// are left over, and are 0.
    /// </remarks>
    /// <exception cref="ArgumentException">Without <see cref="TokenPerElement"/>, or with <see cref="StandardizeInputs"/> true.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int? ElementBins { get; init; }

    /// <summary>Numbers in one token, <c>E</c>. Default: inferred from a <c>[T, E]</c> or <c>[*, E]</c> column;
    /// required for flat and ragged vectors.</summary>
    public int? EmbeddingDimension { get; init; }

    /// <summary>Numbers in one token of the key column (PyTorch's <c>kdim</c>). Default: as its type says, else
    /// <see cref="EmbeddingDimension"/>.</summary>
    public int? KeyDimension { get; init; }

    /// <summary>Numbers in one token of the value column (PyTorch's <c>vdim</c>). Default: as its type says,
    /// else that of the keys.</summary>
    public int? ValueDimension { get; init; }

    /// <summary>Heads, <c>H</c>. Default: the largest of 8 (Vaswani et al. 2017), 4, 2 and 1 that divides the width, and fits
    /// <see cref="NumberOfKeyValueHeads"/> and the pairs of rotary positions.</summary>
    [Choice([2, 4, 8], Defaults.NumberOfHeads)]
    public int? NumberOfHeads { get; init; }

    /// <summary>Key-value heads, <c>K</c>; divides <c>H</c>; 1 is multi-query. Default: <c>H</c>. Ainslie et al. 2023.</summary>
    public int? NumberOfKeyValueHeads { get; init; }

    /// <summary>Numbers in one head, <c>D</c>. Default: the width divided by <see cref="NumberOfHeads"/>. Vaswani et al. 2017,
    /// section 3.2.2.</summary>
    public int? HeadDimension { get; init; }

    /// <summary>Numbers in one head's values. Default: <see cref="HeadDimension"/>.</summary>
    public int? ValueHeadDimension { get; init; }

    /// <summary>The width of a <see cref="AttentionBlock.Residual"/> or <see cref="AttentionBlock.Encoder"/>, or of a token table. Default:
    /// <c>E</c>; another width adds a projection named <c>input</c>.</summary>
    [Choice([32, 64, 128], 64)]
    public int? ModelDimension { get; init; }

    /// <summary>The width of the output projection, for <see cref="AttentionBlock.Attention"/>. Default: <c>E</c>.</summary>
    public int? OutputDimension { get; init; }

    /// <summary>Bring each element of a token to mean 0 and deviation 1, as Fit found them over the real tokens. Default: when Fit learns
    /// without <see cref="Parameters"/>.</summary>
    public bool? StandardizeInputs { get; init; }

    /// <summary>
    /// Bring each channel of each row to mean 0 and deviation 1 over its tokens, for series whose level and scale tell little, and append
    /// the means and then the deviations of all channels to the pooled vector, so that nothing is lost. After
    /// <see cref="StandardizeInputs"/>; of the input columns that hold numbers; needs a <see cref="Pooling"/>. Default: false.
    /// </summary>
    public bool StandardizeRows { get; init; }

    /// <summary>That many consecutive tokens, frames then, become one: side by side, and projected to the width (<c>patch</c>). Default:
    /// none, each is a token. Nie et al. 2023.</summary>
    /// <remarks>
    /// Patch <c>p</c> holds frames <c>p * PatchStride</c> to <c>p * PatchStride + PatchLength - 1</c>; the last one reaches to the row's
    /// last frame or beyond it, where it holds zeros. Masks and labels count frames; the output, the attention weights and the bias count
    /// patches, and a patch is there where one of its frames is. The tokens of several columns are divided as one sequence.
    /// In cross-attention keys and values become patches too. The width is <see cref="ModelDimension"/>, else <c>E</c>, whatever the block.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int? PatchLength { get; init; }

    /// <summary>Frames from the start of one patch to that of the next. Default: <see cref="PatchLength"/>, so that none overlap; a smaller
    /// one makes them overlap, a larger one leaves frames out.</summary>
    /// <exception cref="ArgumentException">There is no <see cref="PatchLength"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int? PatchStride { get; init; }

    /// <summary>
    /// Makes patches by the length of the rows: where the longest that Fit sees has more frames than this, it is divided into no more
    /// strides than this, the <see cref="PatchStride"/>, and <see cref="PatchLength"/> is two of them, so that each frame is in two
    /// patches. Rows of numbers in one column alone, read by self-attention; others stay as they are. Default: none.
    /// </summary>
    /// <remarks>
    /// Learned positions then serve rows of any length: in a column of ragged or flat rows, where <see cref="MaximumLength"/> is unset,
    /// those after the last have its position. With <see cref="Parameters"/> the tensor <c>patch.weight</c> says how long a
    /// patch is, if there is one.
    /// </remarks>
    /// <exception cref="ArgumentException">There is a <see cref="PatchLength"/> too.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int? MaximumPatches { get; init; }

    /// <summary>
    /// Add to each token what a convolution makes of it and its neighbours, this many in all, an odd number, before the first layer: <c>x +
    /// relu(conv(x))</c>, each element of a token by a kernel of its own. With <see cref="IsCausal"/> its neighbours are those before it,
    /// otherwise as many on either side. Beyond the ends of a row, and where the mask is false, it reads zeros. In cross-attention it is
    /// the queries' tokens that are convolved. Default: none.
    /// </summary>
    /// <remarks>Local shape, which attention over single frames does not see. Foumani et al. 2023.</remarks>
    /// <exception cref="ArgumentException">It is even.</exception>
    public int? ConvolutionWidth { get; init; }

    /// <summary>Whether projections that are drawn have biases. Default: true.
    /// With <see cref="Parameters"/> a bias is used exactly when its tensor is there.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>The factor of the scores, finite and above 0. Default: <c>1/√D</c>. Vaswani et al. 2017, equation 1.</summary>
    public double? Scale { get; init; }

    /// <summary>Squash the scores to <c>c tanh(score / c)</c>, <c>c</c> above 0. Default: not.</summary>
    public double? Softcap { get; init; }

    /// <summary>A token sees itself and those before it only. Default: false.</summary>
    public bool IsCausal { get; init; }

    /// <summary>A token <c>i</c> sees <c>j</c> where <c>|i - j| ≤ w</c>, or <c>0 ≤ i - j ≤ w</c> when causal. Default: no limit.</summary>
    public int? WindowSize { get; init; }

    /// <summary>A window for each head, null for none: declared local and global heads. Instead of <see cref="WindowSize"/>.</summary>
    public IReadOnlyList<int?>? HeadWindowSizes
    {
        get;
        init => field = value is null ? null : new ValueList<int?>(value);
    }

    /// <summary>Divide each head's queries and keys by their root mean square, with learned gains (<c>q_norm</c>, <c>k_norm</c>). Default:
    /// false. Henry et al. 2020.</summary>
    public bool NormalizeQueriesAndKeys { get; init; }

    /// <summary>How a token's position enters. Default: <see cref="PositionalEncoding.None"/>.</summary>
    [Choice([PositionalEncoding.None, PositionalEncoding.Sinusoidal, PositionalEncoding.Rotary, PositionalEncoding.Alibi],
        PositionalEncoding.None)]
    public PositionalEncoding PositionalEncoding { get; init; }

    /// <summary>The base of the rotary angles, above 1. Default: 10,000 (Su et al. 2021).</summary>
    public double RotaryBase { get; init; } = Defaults.RotaryBase;

    /// <summary>Slows slow rotations for rows longer than those that were learned on. Default: not.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>The row of the <see cref="PositionalEncoding.Learned"/> table that the first token has, at least 0; those before it are
    /// never read. Default: 0; 2 in RoBERTa and MPNet.</summary>
    public int PositionOffset { get; init; }

    /// <summary>Types of tokens, at least 1: a learned vector for each (<c>token_type.weight</c>) is added to the tokens of that type,
    /// which all are of the first unless <see cref="TokenTypesInIds"/> is set. Default: none. Devlin et al. 2019.</summary>
    public int? NumberOfTokenTypes { get; init; }

    /// <summary>
    /// The key of a token tells its type too: after the ids of the first type come the same ids of the second, so that the keys of a table
    /// of V ids count to V times <see cref="NumberOfTokenTypes"/>. For a column of token ids,
    /// or several that share a table. Default: false.
    /// </summary>
    public bool TokenTypesInIds { get; init; }

    /// <summary>Normalize the tokens before the first layer, after positions and types are added (<c>embedding_norm</c>).
    /// Default: false. Devlin et al. 2019.</summary>
    /// <remarks>With <see cref="NormalizationOrder.Pre"/> the first layer's attention then has no norm of its own,
    /// as in ModernBERT.</remarks>
    public bool EmbeddingNormalization { get; init; }

    /// <summary>
    /// Tokens of a row at most, and rows of the <see cref="PositionalEncoding.Learned"/> table from <see cref="PositionOffset"/> on; what a
    /// longer row means is <see cref="LongerRows"/>. Default: with learned positions, the longest row that
    /// Fit saw; otherwise any number.
    /// </summary>
    /// <remarks>It speaks of the input columns together, in cross-attention of the queries; with patches, of these.</remarks>
    public int? MaximumLength { get; init; }

    /// <summary>
    /// What a row of more tokens than <see cref="MaximumLength"/> means, whatever the kind of positions. Default: its first tokens are
    /// read, so that one long row does not end the scoring of all; Fit logs how many rows it cut. A mask and a bias have one value for each
    /// token that the row brings, and are cut with it.
    /// </summary>
    public LongerRows LongerRows { get; init; } = LongerRows.KeepFirst;

    /// <summary>What surrounds the formula. Default: nothing.</summary>
    [Choice([AttentionBlock.Residual, AttentionBlock.Encoder], AttentionBlock.Encoder)]
    public AttentionBlock Block { get; init; }

    /// <summary>Layers, one after the other; more than one needs a block. Default: 1.</summary>
    [Choice([1, 2, 3], 1)]
    public int NumberOfLayers { get; init; } = 1;

    /// <summary>A window for each layer, null for none: declared local and global layers. Instead of <see cref="WindowSize"/> and
    /// <see cref="HeadWindowSizes"/>.</summary>
    public IReadOnlyList<int?>? LayerWindowSizes
    {
        get;
        init => field = value is null ? null : new ValueList<int?>(value);
    }

    /// <summary>A base for each layer, above 1, for layers whose rotary angles differ. Default:
    /// <see cref="RotaryBase"/> in all. Warner et al. 2024.</summary>
    public IReadOnlyList<double>? LayerRotaryBases
    {
        get;
        init => field = value is null ? null : new ValueList<double>(value);
    }

    /// <summary>Where the block normalizes. Default: <see cref="NormalizationOrder.Post"/>, as PyTorch.</summary>
    public NormalizationOrder NormalizationOrder { get; init; }

    /// <summary>How the block normalizes. Default: <see cref="Normalization.LayerNorm"/>.</summary>
    public Normalization Normalization { get; init; }

    /// <summary>Added to the variance (or mean square) before the root, above 0; also in <see cref="NormalizeQueriesAndKeys"/>.
    /// Default: 1e-5, as PyTorch.</summary>
    public double NormalizationEpsilon { get; init; } = Defaults.NormalizationEpsilon;

    /// <summary>The width inside the feed-forward network. Default: four times the block's (Vaswani et al. 2017).</summary>
    public int? FeedForwardDimension { get; init; }

    /// <summary>The function inside the feed-forward network. Default: <see cref="Activation.Relu"/>, as PyTorch.</summary>
    public Activation Activation { get; init; }

    /// <summary>Normalize once more after the last layer (<c>norm</c>). Default: for several pre-norm layers; with
    /// <see cref="Parameters"/>, when <c>norm.weight</c> is there.</summary>
    public bool? FinalNormalization { get; init; }

    /// <summary>How the tokens become one vector. Default: they do not.</summary>
    [Choice([AttentionPooling.Mean, AttentionPooling.Max, AttentionPooling.First, AttentionPooling.Last, AttentionPooling.Attention,
        AttentionPooling.MeanAndMax], AttentionPooling.Mean)]
    public AttentionPooling Pooling { get; init; }

    /// <summary>Bring the pooled vector to length 1, so that a product of two is the cosine of their angle; zeros stay zeros.
    /// Default: false.</summary>
    public bool NormalizeOutput { get; init; }

    /// <summary>For each layer, the heads that it has, by their numbers below <see cref="NumberOfHeads"/>, in ascending order; the others
    /// were pruned. Default: all.</summary>
    /// <remarks>
    /// <see cref="MultiHeadAttentionTransformer.Prune(IEnumerable{ValueTuple{int, int}})"/> sets it. <see cref="Parameters"/> have these
    /// heads alone, and the key-value heads that they use; where the latter are shared,
    /// <see cref="NumberOfKeyValueHeads"/> says how many there were.
    /// </remarks>
    public IReadOnlyList<IReadOnlyList<int>>? KeptHeads
    {
        get;
        init => field = value is null ? null : new ValueList<IReadOnlyList<int>>(value.Select(heads => new ValueList<int>(heads)));
    }

    /// <summary>Start from these, or, without a label, use them. Default: drawn. Saved with the model as tensors.</summary>
    [JsonIgnore]
    public AttentionParameters? Parameters { get; init; }

    /// <summary>How Fit learns.</summary>
    [NestOption]
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Where and how the stage runs.</summary>
    public AttentionRuntimeOptions Runtime { get; init; } = new();

    /// <summary>
    /// What suits series, rows of frames in order: an encoder block of width 64 over patches as long as the rows ask for, sinusoidal
    /// positions, a convolution of 5 tokens before it and mean pooling; learned with a dropout of 0.2 and a learning rate of 0.006, from
    /// rows that each step shakes and shifts by a tenth of their deviation, and scales by a fifth. It is what the trainers' short
    /// overloads begin with, those of classes with three models, that of regression without its way of learning; columns and all else are
    /// to be set by <c>with</c>. For sets of items, whose order means nothing, set <see cref="PositionalEncoding"/> to None and
    /// <see cref="ConvolutionWidth"/> to null.
    /// </summary>
    /// <remarks>Chosen by cross-validation on the training parts of four sets of the UCR and UEA archives and on made-up tasks;
    /// <c>docs/series.md</c> has the figures.</remarks>
    public static MultiHeadAttentionOptions ForSeries() => new()
    {
        Block = AttentionBlock.Encoder,
        ModelDimension = Defaults.SeriesModelDimension,
        MaximumPatches = Defaults.MaximumPatches,
        PositionalEncoding = PositionalEncoding.Sinusoidal,
        ConvolutionWidth = Defaults.SeriesConvolutionWidth,
        Pooling = AttentionPooling.Mean,
        Training = new()
        {
            LearningRate = Defaults.SeriesLearningRate,
            Dropout = Defaults.SeriesDropout,
            Augmentation = new()
            {
                Jitter = Defaults.SeriesJitter,
                Scaling = Defaults.SeriesScaling,
                Shifting = Defaults.SeriesShifting,
                WhereSuited = true,
            },
        },
    };

    /// <summary>Proposes options for the tensors of a checkpoint: block, layers, widths, heads, norms, gates, positions,
    /// as far as names and shapes tell.</summary>
    /// <remarks>
    /// What they do not tell is proposed too, and named in <see cref="OptionsProposal.Undecided"/>: the number of heads (unless there is
    /// QK-norm), the activation, the order of norms, causality. The options name no columns yet.
    /// </remarks>
    /// <param name="parameters">As <see cref="AttentionParameters.LoadSafetensors"/> and
    /// <see cref="AttentionParameters.LoadOnnx"/> name them.</param>
    /// <param name="numberOfHeads">Heads, where known: the checkpoint's <c>num_attention_heads</c>. Default: as QK-norm tells; else 8 where
    /// that divides the queries, else 1.</param>
    /// <exception cref="ArgumentException">There is no attention among the tensors, or the heads do not divide its projections.</exception>
    /// <exception cref="NotSupportedException">
    /// The parameters have what a stage does not compute, and what would change its numbers: relative positions, attention sinks, gates of
    /// heads, adapters, scales of quantized weights, experts.
    /// </exception>
    public static OptionsProposal FromCheckpoint(AttentionParameters parameters, int? numberOfHeads = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return OptionsInference.Propose(parameters, numberOfHeads);
    }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
