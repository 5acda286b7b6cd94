using Microsoft.ML.Attention.Model;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Search;

/// <summary>Scores options on rows that neither the stage nor the trainer after it has seen.</summary>
sealed class CrossValidation(TransformsCatalog catalog, IReadOnlyList<(IDataView Others, IDataView Own)> folds, MetricRule metric,
    IEstimator<ITransformer>? trainer, int seed)
{
    /// <summary>Of SDCA, which by itself goes on for minutes where labels are large.</summary>
    const int MostIterations = 100;

    /// <summary>On folds of these rows.</summary>
    public static CrossValidation Of(TransformsCatalog catalog, IDataView data, MetricRule metric, int numberOfFolds, string? samplingKey,
        IEstimator<ITransformer>? trainer, int seed,
        bool isPrediction) =>
        new(catalog, [.. new MLContext(seed).Data.CrossValidationSplit(data, numberOfFolds, samplingKey, seed)
            .Select(fold => (fold.TrainSet, fold.TestSet))], metric, trainer, seed)
        {
            IsPrediction = isPrediction,
        };

    /// <summary>The metric of each fold.</summary>
    /// <exception cref="InvalidOperationException">The metric of a fold is not a number, or is not that of all its rows,
    /// as some have no prediction.</exception>
    public double[] Scores(MultiHeadAttentionOptions options) =>
        [.. folds.Select((fold, index) => Score(fold, options) is var score && double.IsFinite(score) ? score
        : throw new InvalidOperationException(FormattableString.Invariant($"{metric.Metric} of fold {index + 1} is {score}.")))];

    /// <summary>Whether the stage's own predictions are scored.</summary>
    public bool IsPrediction { get; init; }

    double Score((IDataView Others, IDataView Own) fold, MultiHeadAttentionOptions options)
    {
        if (IsPrediction)
            return ScoreOfPredictions(fold, options);
        using var stage = catalog.MultiHeadAttention(options).Fit(fold.Others);
        var context = new MLContext(seed);   // a new one each time: the draws of a context's trainers depend on what it did before
        var model = (trainer ?? DefaultTrainer(context, options)).Fit(context.Data.Cache(stage.Transform(fold.Others)));
        using var disposable = model as IDisposable;
        options.Training.CancellationToken.ThrowIfCancellationRequested();
        return Evaluate(context, context.Data.Cache(model.Transform(stage.Transform(fold.Own))), options);  // read twice
    }

    /// <summary>Of the stage alone, which predicts into the columns that metrics read.</summary>
    double ScoreOfPredictions((IDataView Others, IDataView Own) fold, MultiHeadAttentionOptions options)
    {
        var predicting = TrainerColumns.Named(
            options with { ScoreColumnName = null, PredictedLabelColumnName = null, ProbabilityColumnName = null }, metric.Kind);
        using var stage = catalog.MultiHeadAttention(predicting).Fit(fold.Others);
        options.Training.CancellationToken.ThrowIfCancellationRequested();
        return Evaluate(new MLContext(seed), stage.Transform(fold.Own), options);
    }

    double Evaluate(MLContext context, IDataView predictions, MultiHeadAttentionOptions options)
    {
        if (!IsOfTokens(predictions, options) && MissingPredictions.Count(predictions, options.LabelColumnName!,
            options.ExampleWeightColumnName) is var (missing, rows) && missing > 0)
            throw new InvalidOperationException($"{missing} of {rows} rows have no prediction, as their score is not a number, and "
                + $"{metric.Metric} would be that of the others: " +
                "the trainer did not converge, or the rows themselves hold NaN and are to be filtered out.");
        if (options.ExampleWeightColumnName is { } weight && !IsOfTokens(predictions, options))
            return WeightedMetrics.Of(metric.Metric, predictions, options.LabelColumnName!, weight);
        return metric.Evaluate(context, predictions, MetricColumns.Of(options));
    }

    static bool IsOfTokens(IDataView view, MultiHeadAttentionOptions options) =>
        view.Schema[options.LabelColumnName!].Type is VectorDataViewType;

    // One thread each: several give another result in each run.
    IEstimator<ITransformer> DefaultTrainer(MLContext context, MultiHeadAttentionOptions options) => metric.Kind switch
    {
        LabelKind.Class => context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new()
        {
            LabelColumnName = options.LabelColumnName!,
            FeatureColumnName = options.OutputColumnName,
            ExampleWeightColumnName = options.ExampleWeightColumnName,
            NumberOfThreads = 1,
        }),
        LabelKind.Boolean => context.BinaryClassification.Trainers.LbfgsLogisticRegression(new()
        {
            LabelColumnName = options.LabelColumnName!,
            FeatureColumnName = options.OutputColumnName,
            ExampleWeightColumnName = options.ExampleWeightColumnName,
            NumberOfThreads = 1,
        }),
        LabelKind.Number => context.Regression.Trainers.Sdca(new()
        {
            LabelColumnName = options.LabelColumnName!,
            FeatureColumnName = options.OutputColumnName,
            ExampleWeightColumnName = options.ExampleWeightColumnName,
            NumberOfThreads = 1,
            MaximumNumberOfIterations = MostIterations,
        }),
        _ => throw new NotSupportedException($"Labels of kind {metric.Kind} are not known."),
    };
}
