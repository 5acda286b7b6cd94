using System.Text;
using System.Text.Json.Serialization;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Attention;

/// <summary>How Fit learns.</summary>
public sealed record TrainingOptions
{
    /// <summary>What is minimized. Default: <see cref="TrainingObjective.Auto"/>.</summary>
    public TrainingObjective Objective { get; init; }

    /// <summary>Passes over the rows, at least 1. Default: 60, enough for a few hundred rows; large data wants fewer.</summary>
    public int NumberOfEpochs { get; init; } = Defaults.NumberOfEpochs;

    /// <summary>
    /// Steps to take at least: where <see cref="NumberOfEpochs"/> has fewer, there are as many more epochs, as a few rows would otherwise
    /// be a few steps. At least 0.
    /// Default: 0 with a NumberOfEpochs other than its default; with that one 600, with which four sets of 36 to 270 series were
    /// learned well; other numbers were not compared.
    /// </summary>
    public int? MinimumSteps { get; init; }

    /// <summary>Rows of one step, at least 1. Default: 32; in cross-validation on a few hundred rows 16 was no better.</summary>
    public int BatchSize { get; init; } = Defaults.TrainingBatchSize;

    /// <summary>The largest step size of AdamW, above 0. Default: 0.002;
    /// in cross-validation on a few hundred rows 0.001 and 0.004 were no better.</summary>
    [Range(5e-4, 1e-2, Defaults.LearningRate, logBase: true)]
    public double LearningRate { get; init; } = Defaults.LearningRate;

    /// <summary>How the learning rate moves after the warm-up. Default: <see cref="LearningRateSchedule.Cosine"/>.</summary>
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>The share of all steps in which the learning rate rises from 0, in [0, 1). Default: 0.1,
    /// as BERT's fine-tuning (Devlin et al. 2019).</summary>
    public double WarmupFraction { get; init; } = Defaults.WarmupFraction;

    /// <summary>Decoupled weight decay, at least 0, on matrices only: not on biases, gains, tables of positions or queries. Loshchilov and
    /// Hutter 2019. Default: 0.01, as PyTorch's AdamW.</summary>
    public double WeightDecay { get; init; } = Defaults.WeightDecay;

    /// <summary>The share of attention weights, block outputs and feed-forward activations set to zero in each step, in [0, 1). Srivastava
    /// et al. 2014. Default: 0.1, as Vaswani et al. 2017.</summary>
    [Range(0, 0.3, Defaults.Dropout)]
    public double Dropout { get; init; } = Defaults.Dropout;

    /// <summary>The share of whole heads silenced in each step, in [0, 1). Zhou et al. 2020. Default: 0.</summary>
    public double HeadDropout { get; init; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down to it. 0: never. Default: 1, as is usual for
    /// transformers (Devlin et al. 2019).</summary>
    public double GradientClip { get; init; } = Defaults.GradientClip;

    /// <summary>The share of each class's target that all classes divide among them, in [0, 1), so that the features stay less certain than
    /// the labels they were fitted on. Szegedy et al. 2016. Default: 0.1, as Vaswani et al. 2017.</summary>
    public double LabelSmoothing { get; init; } = Defaults.LabelSmoothing;

    /// <summary>The share of tokens hidden by <see cref="TrainingObjective.MaskedReconstruction"/>, in (0, 1). Default: 0.15,
    /// as BERT (Devlin et al. 2019).</summary>
    public double MaskedFraction { get; init; } = Defaults.MaskedFraction;

    /// <summary>
    /// What cosines are divided by before <see cref="TrainingObjective.InBatchNegatives"/> takes their softmax, above 0: the smaller, the
    /// more the nearest of the others count. Default: 0.05, as Gao et al. 2021 (SimCSE).
    /// </summary>
    public double SimilarityTemperature { get; init; } = Defaults.SimilarityTemperature;

    /// <summary>
    /// The share of rows kept out of learning to measure it, in [0, 1). Default: 0, and the last epoch's parameters are returned; otherwise
    /// those of the best epoch, and where the stage predicts classes or a Boolean, its probabilities are as high as it is often right of
    /// these rows, see <see cref="TrainingReport.Temperature"/>.
    /// </summary>
    public double ValidationFraction { get; init; }

    /// <summary>Epochs without a better validation loss after which learning stops; needs <see cref="ValidationFraction"/>.
    /// Default: never.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// What stays as it is given: null for nothing, 0 for what comes before the first layer (tables, projections and norms of the inputs),
    /// n for that and the first n layers. What is frozen has no gradient and no state of the optimizer,
    /// and is copied by no step. Default: null.
    /// </summary>
    public int? FrozenLayers { get; init; }

    /// <summary>
    /// What is learned is a moving average of the parameters, of which each step keeps this share, in [0, 1); 0.99 looks back about a
    /// hundred steps. Polyak and Juditsky 1992. Default: 0, the last parameters.
    /// </summary>
    public double AverageDecay { get; init; }

    /// <summary>How each step changes the rows it learns from. Default: not at all.</summary>
    public TrainingAugmentation Augmentation { get; init; } = new();

    /// <summary>
    /// Models to learn, each from a draw of its own, as one stage in one session: their outputs stand side by side, so the output is as
    /// many times as wide, and what they predict is the
    /// mean (Hansen and Salamon 1990). Their tensors are named <c>models.N.</c> and what one model's would be. Learning and scoring take as
    /// many times as long. There is no attention
    /// map of several models, nor pruning: columns of attention weights and rollout, <c>KeptHeads</c>, <c>Prune</c> and <c>AnalyzeHeads</c>
    /// refuse them. At least 1. Default: 1.
    /// </summary>
    public int NumberOfModels { get; init; } = 1;

    /// <summary>The seed of the draw of parameters, shuffling, masks and dropout. Default: <see cref="MLContext"/>'s seed.</summary>
    public int? Seed { get; init; }

    /// <summary>Told after every epoch. Not saved with the model.</summary>
    [JsonIgnore]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops Fit within one step, with an <see cref="OperationCanceledException"/>. Not saved with the model.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
