namespace Microsoft.ML.Attention.Model;

/// <summary>
/// What the modules of a stage are called, and the tensors that belong to none: PyTorch's names where PyTorch has one. Those of a layer
/// are in <see cref="LayerScope"/>, those of its attention in <see cref="AttentionScope"/>; no other place spells them.
/// </summary>
static class ModuleNames
{
    /// <summary>The list of models, where there are several.</summary>
    public static TensorScope Models { get; } = new("models");

    /// <summary>The list of layers, where there are several.</summary>
    public static TensorScope Layers { get; } = new("layers");

    /// <summary>The table of token ids.</summary>
    public static TensorScope Embedding { get; } = new("embedding");

    /// <summary>What makes a token of each number of a table.</summary>
    public static TensorScope Element { get; } = new("element");

    /// <summary>Where the bins of each number end.</summary>
    public static TensorScope ElementBins { get; } = Element["bins"];

    /// <summary>The token of a number that is missing.</summary>
    public static TensorScope ElementMissing { get; } = Element["missing"];

    /// <summary>What brings tokens of another width to that of the block.</summary>
    public static TensorScope Input { get; } = new("input");

    /// <summary>What stands for a token that masked reconstruction hides.</summary>
    public static TensorScope MaskToken { get; } = new("mask_token");

    /// <summary>What makes a token of the frames of a patch.</summary>
    public static TensorScope Patch { get; } = new("patch");

    /// <summary>The convolution over neighbouring tokens.</summary>
    public static TensorScope Convolution { get; } = new("convolution");

    /// <summary>The token before all others.</summary>
    public static TensorScope ClassToken { get; } = new("class_token");

    /// <summary>The table of learned positions.</summary>
    public static TensorScope Position { get; } = new("position");

    /// <summary>The table of token types.</summary>
    public static TensorScope TokenType { get; } = new("token_type");

    /// <summary>The norm before the first layer.</summary>
    public static TensorScope EmbeddingNorm { get; } = new("embedding_norm");

    /// <summary>The table of relative positions.</summary>
    public static TensorScope RelativeBias { get; } = new("relative_bias");

    /// <summary>The norm after the last layer.</summary>
    public static TensorScope FinalNorm { get; } = new("norm");

    /// <summary>What makes one vector of a row.</summary>
    public static TensorScope Pool { get; } = new("pool");

    /// <summary>What asks each token how much it counts in that vector.</summary>
    public static TensorScope PoolQuery { get; } = Pool["query"];

    /// <summary>What reads hidden tokens out again.</summary>
    public static TensorScope Reconstruction { get; } = new("reconstruction");

    /// <summary>A dense layer before the classifier, as in DistilBERT.</summary>
    public static TensorScope PreClassifier { get; } = new("pre_classifier");

    /// <summary>What reads labels out.</summary>
    public static TensorScope Classifier { get; } = new("classifier");

    /// <summary>What is taken from the elements of a role's tokens.</summary>
    public static TensorScope MeanOf(TokenRole role) => Statistics(role)["mean"];

    /// <summary>What they are then multiplied by.</summary>
    public static TensorScope ScaleOf(TokenRole role) => Statistics(role)["scale"];

    /// <summary>Whether a tensor is such a factor.</summary>
    public static bool IsScale(string name) => Enum.GetValues<TokenRole>().Any(role => name == ScaleOf(role));

    static TensorScope Statistics(TokenRole role) => new(role.ToString().ToLowerInvariant(), '_');
}
