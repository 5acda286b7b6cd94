using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace SeriesContest;

/// <summary>The ways that are compared: each learns from the same series and is counted on the same others.</summary>
/// <param name="set">The series.</param>
/// <param name="seed">Of everything that is drawn.</param>
sealed class Contest(SeriesSet set, int seed)
{
    readonly MLContext _mlContext = new(seed);

    /// <summary>The trainer as a new user calls it: flat rows, numbers in a frame, and nothing else.</summary>
    public Score Attention() =>
        Run(_mlContext.MulticlassClassification.Trainers.MultiHeadAttention(featureColumnName: nameof(SeriesRow.Frames),
            embeddingDimension: set.Channels));

    /// <summary>The trainer with these options; columns and width of a frame are the set's.</summary>
    public Score Attention(MultiHeadAttentionOptions options) =>
        Run(_mlContext.MulticlassClassification.Trainers.MultiHeadAttention(options with
        {
            InputColumnNames = [nameof(SeriesRow.Frames)],
            EmbeddingDimension = set.Channels,
            Training = options.Training with { Seed = seed },
        }));

    /// <summary>ML.NET's linear classifier on the padded frames, normalized as linear classifiers need it.</summary>
    public Score Sdca() => Run(_mlContext.Transforms.NormalizeMeanVariance(nameof(SeriesRow.Padded))
        .AppendCacheCheckpoint(_mlContext)
        .Append(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
        {
            FeatureColumnName = nameof(SeriesRow.Padded),
            NumberOfThreads = 1,   // several threads give another result in each run
        })));

    /// <summary>ML.NET's boosted trees on the padded frames.</summary>
    public Score LightGbm() => Run(_mlContext.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
    {
        FeatureColumnName = nameof(SeriesRow.Padded),
        NumberOfThreads = 1,   // so few rows are not worth a second
        Seed = seed,
    }));

    Score Run<T>(IEstimator<T> recognizer) where T : class, ITransformer
    {
        var padded = set.LongestLength * set.Channels;
        var watch = Stopwatch.StartNew();
        using var model = _mlContext.Transforms.Conversion.MapValueToKey(nameof(SeriesRow.Label)).Append(recognizer)
            .Fit(SeriesRow.View(_mlContext, set.Train, padded));
        var seconds = watch.Elapsed.TotalSeconds;
        var metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(SeriesRow.View(_mlContext, set.Test, padded)));
        return new((int)Math.Round(metrics.MicroAccuracy * set.Test.Count), set.Test.Count, seconds);
    }
}

/// <summary>How many of the series were recognized, and the seconds that learning took.</summary>
readonly record struct Score(int Right, int Of, double Seconds)
{
    public double Accuracy => (double)Right / Of;
}
