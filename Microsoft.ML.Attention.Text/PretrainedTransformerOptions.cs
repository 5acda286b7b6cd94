using System.Text.Json.Serialization;

namespace Microsoft.ML.Attention.Text;

/// <summary>Every setting of a pretrained transformer as a stage. A value: immutable, compared by content,
/// varied with <c>with</c>.</summary>
public sealed record PretrainedTransformerOptions
{
    /// <summary>The column to write: one vector a row, or with <see cref="AttentionPooling.None"/> one a token. Default:
    /// <c>Features</c>.</summary>
    /// <remarks>Beside it stands <c>Features.Tokens</c>, the tokens as keys whose values are their texts.</remarks>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>The column of texts. Default: <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>A second column of texts, for models of pairs. Default: none.</summary>
    public string? SecondInputColumnName { get; init; }

    /// <summary>
    /// The other texts of the pairs that Fit learns from, read by themselves by the same model. Without a label, texts that belong
    /// together, to be found among those of the batch (<see cref="TrainingObjective.InBatchNegatives"/>); with one, a Single from -1 to 1,
    /// texts that are so similar (<see cref="TrainingObjective.CosineRegression"/>). Read by Fit alone. Default: none.
    /// </summary>
    public string? PairColumnName { get; init; }

    /// <summary>The model. Required. Saved with the stage as its tensors and the small files that it was read from.</summary>
    [JsonIgnore]
    public PretrainedTextModel? Model { get; init; }

    /// <summary>Learn further from this column: a key, a Boolean or a Single. Default: none, and the model stays as it is.</summary>
    public string? LabelColumnName { get; init; }

    /// <summary>How much each row counts in learning, a Single, at least 0. Default: all count 1.</summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>One more column to write: the label that is predicted, a key or a Boolean. Default: none;
    /// the trainers set <c>PredictedLabel</c>.</summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <summary>
    /// One more column to write: of a key the probability of each class, of a Boolean the logit of true, of a Single the number that is
    /// predicted. Default: none; the trainers set <c>Score</c>.
    /// </summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>One more column to write, for a Boolean label: the probability of true. Default: none; the trainer for binary
    /// classification sets <c>Probability</c>.</summary>
    public string? ProbabilityColumnName { get; init; }

    /// <summary>The most tokens that a text is cut to, special ones included: from 1 to the model's positions. Default:
    /// <see cref="PretrainedTextModel.MaximumTokens"/>.</summary>
    public int? MaximumTokens { get; init; }

    /// <summary>What every text of <see cref="InputColumnName"/>, and of <see cref="PairColumnName"/>, is introduced with:
    /// <c>query: </c>, or an instruction. Default: nothing.</summary>
    public string? Prefix { get; init; }

    /// <summary>How tokens become one vector. Default: as the model says.</summary>
    public AttentionPooling? Pooling { get; init; }

    /// <summary>Whether the vector has length 1. Default: as the model says; not where tokens are not pooled.</summary>
    public bool? NormalizeOutput { get; init; }

    /// <summary>
    /// What learning further leaves as it is: null for nothing, 0 for the embeddings, n for these and the first n layers. It has no
    /// gradient and no state of the optimizer. Default: as <see cref="TrainingOptions.FrozenLayers"/> of <see cref="Training"/> says.
    /// </summary>
    public int? FrozenLayers { get; init; }

    /// <summary>One more column to write: the attention weights of the last layer, <c>[H, *, *]</c>. Default: none.</summary>
    public string? AttentionWeightsColumnName { get; init; }

    /// <summary>How Fit learns further. Default: 4 epochs at a rate of 5e-5, among those that Devlin et al. 2019 chose from; the rate that
    /// a stage starts with would undo what was learned.</summary>
    public TrainingOptions Training { get; init; } = new()
    {
        LearningRate = TextDefaults.LearningRate,
        NumberOfEpochs = TextDefaults.NumberOfEpochs
    };

    /// <summary>Where and how the stage runs.</summary>
    public AttentionRuntimeOptions Runtime { get; init; } = new();
}

/// <summary>Every default that is a number, written once.</summary>
static class TextDefaults
{
    public const double LearningRate = 5e-5;
    public const int NumberOfEpochs = 4;
}
