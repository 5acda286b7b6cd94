using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace SpeakerRecognition;

/// <summary>The ways to recognize a speaker that are compared:
/// each learns from the same utterances and is counted on the same others.</summary>
sealed class Contest
{
    readonly Recordings _recordings;
    readonly MLContext _mlContext = new(seed: 1);
    readonly IDataView _train, _test;

    public Contest(Recordings recordings)
    {
        _recordings = recordings;
        _train = UtteranceRow.View(_mlContext, recordings.Train, recordings.Channels, recordings.LongestLength);
        _test = UtteranceRow.View(_mlContext, recordings.Test, recordings.Channels, recordings.LongestLength);
    }

    /// <summary>ML.NET's linear classifier on one of the columns of fixed size, normalized as linear classifiers need it.</summary>
    public Score Sdca(string column) =>
        Run(_mlContext.Transforms.NormalizeMeanVariance(column)
            .AppendCacheCheckpoint(_mlContext)
            .Append(SdcaTrainer(column)));

    /// <summary>ML.NET's boosted trees on one of the columns of fixed size.</summary>
    public Score LightGbm(string column) =>
        Run(_mlContext.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            LabelColumnName = nameof(UtteranceRow.Speaker),
            FeatureColumnName = column,
            NumberOfThreads = 1,   // so few rows are not worth a second
        }));

    /// <summary>Attention over the frames, as a trainer: what it learned to read the label with is what predicts.</summary>
    public Score Attention(TrainingOptions training) =>
        Run(_mlContext.MulticlassClassification.Trainers.MultiHeadAttention(Options(training) with { OutputColumnName = "" }));

    /// <summary>The same as a stage: attention over the frames, then the linear classifier. Every training option that
    /// <paramref name="training"/> does not set has the library's default.</summary>
    public Score AttentionThenSdca(TrainingOptions training) =>
        Run(_mlContext.Transforms.MultiHeadAttention(Options(training))
            .AppendCacheCheckpoint(_mlContext)   // SDCA reads its rows many times; attention computes them once
            .Append(SdcaTrainer("Features")));

    /// <summary>The attention stage alone, and the utterances to be tested on with its outputs, the attention weights among them.</summary>
    public (MultiHeadAttentionTransformer Stage, IDataView Attended) LearnAttention(TrainingOptions training, string weightsColumnName)
    {
        var labelled = _mlContext.Transforms.Conversion.MapValueToKey(nameof(UtteranceRow.Speaker)).Fit(_train).Transform(_train);
        var stage = _mlContext.Transforms.MultiHeadAttention(Options(training) with { AttentionWeightsColumnName = weightsColumnName })
            .Fit(labelled);
        return (stage, stage.Transform(_test));
    }

    MultiHeadAttentionOptions Options(TrainingOptions training) => new()
    {
        OutputColumnName = "Features",
        InputColumnNames = [nameof(UtteranceRow.Frames)],
        LabelColumnName = training.Objective == TrainingObjective.None ? null : nameof(UtteranceRow.Speaker),
        EmbeddingDimension = _recordings.Channels,
        NumberOfHeads = 4,
        Block = AttentionBlock.Encoder,
        ModelDimension = 64,
        Pooling = AttentionPooling.Mean,
        StandardizeInputs = true,   // the default when learning; said here so that drawn projections get the same
        Training = training,
    };

    SdcaMaximumEntropyMulticlassTrainer SdcaTrainer(string features) =>
        _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new()
        {
            LabelColumnName = nameof(UtteranceRow.Speaker),
            FeatureColumnName = features,
            NumberOfThreads = 1,   // several threads give another result in each run
        });

    Score Run<T>(IEstimator<T> recognizer) where T : class, ITransformer
    {
        var watch = Stopwatch.StartNew();
        using var model = _mlContext.Transforms.Conversion.MapValueToKey(nameof(UtteranceRow.Speaker)).Append(recognizer).Fit(_train);
        var seconds = watch.Elapsed.TotalSeconds;
        return new(Predictions.Judge(model.Transform(_test), nameof(UtteranceRow.Speaker)), seconds);
    }
}
