using System.Text;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>What a search tries, how it scores, and for how long. A value: immutable, varied with <c>with</c>.</summary>
public sealed record AttentionSearchOptions
{
    /// <summary>What the trials' options are drawn from.</summary>
    public AttentionSearchSpace Space { get; init; } = new();

    /// <summary>What trials are ranked by, the mean over the folds. Default: by the label's type,
    /// <see cref="AttentionSearchMetric.MicroAccuracy"/> for a key, <see cref="AttentionSearchMetric.Accuracy"/> for a Boolean,
    /// <see cref="AttentionSearchMetric.RSquared"/> for a Single.</summary>
    public AttentionSearchMetric? Metric { get; init; }

    /// <summary>Options that are tried, at least 1. Default: 20.</summary>
    public int NumberOfTrials { get; init; } = Defaults.NumberOfTrials;

    /// <summary>After this time no trial is begun or continued with more epochs, but for the first; the last fit, on all rows, comes on
    /// top. The results then depend on the machine's speed. Default: no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Folds of the cross-validation, at least 2. Default: 3.</summary>
    public int NumberOfFolds { get; init; } = Defaults.NumberOfFolds;

    /// <summary>A column whose rows of one value stay in one fold, such as a patient or a document. Default:
    /// every row for itself.</summary>
    public string? SamplingKeyColumnName { get; init; }

    /// <summary>Epochs that all trials begin with, at least 1; from <see cref="TrainingOptions.NumberOfEpochs"/> on, none is stopped early.
    /// Default: the ninth part of that, which makes three rounds.</summary>
    public int? FewestEpochs { get; init; }

    /// <summary>Of so many trials one goes on to the next round, with so many times the epochs; at least 2. Default: 3 (Li et al. 2018, who
    /// call it <c>η</c> and suggest 3 or 4).</summary>
    public int ReductionFactor { get; init; } = Defaults.ReductionFactor;

    /// <summary>
    /// Reads the stage's output column and the label, and writes the columns that ML.NET evaluates. Default: L-BFGS,
    /// <c>LbfgsMaximumEntropy</c> for a key and <c>LbfgsLogisticRegression</c> for a
    /// Boolean, or <c>Sdca</c> of at most 100 iterations for a Single, on one thread each, so that the same seed gives the same result.
    /// </summary>
    public IEstimator<ITransformer>? Trainer { get; init; }

    /// <summary>
    /// Scores a trial, and gives the metric of each fold: what lets trials run elsewhere, such as on a cluster. All trials of a round are
    /// then asked for at once. Default: they are evaluated here, one after the other, by <see cref="AttentionTrialRequest.Evaluate"/>.
    /// </summary>
    /// <remarks>It goes with <see cref="Trainer"/> unset, as a trainer is the evaluation's own;
    /// what it throws is the trial's failure.</remarks>
    public Func<AttentionTrialRequest, CancellationToken, Task<IReadOnlyList<double>>>? EvaluateTrial { get; init; }

    /// <summary>The seed of the trials' options, of the folds, and, unless <see cref="TrainingOptions.Seed"/> is set, of each trial's
    /// learning. Default: <see cref="MLContext"/>'s seed.</summary>
    public int? Seed { get; init; }

    /// <summary>Told of each trial after each round that it was in.</summary>
    public IProgress<AttentionTrial>? Progress { get; init; }

    /// <summary>Stops the search within one step of learning, with an <see cref="OperationCanceledException"/>;
    /// a trainer under way ends first.</summary>
    public CancellationToken CancellationToken { get; init; }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
