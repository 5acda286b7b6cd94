using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;

namespace OptionSearch;

/// <summary>Telling speakers from recordings: what options a search is given,
/// and how good options or a stage are on the recordings that are kept for the test.</summary>
sealed class SpeakerTask
{
    readonly MLContext _mlContext;
    readonly int _seed;
    readonly IDataView _train, _test;

    public SpeakerTask(Recordings recordings, int seed, TrainingOptions training)
    {
        (_mlContext, _seed) = (new MLContext(seed), seed);
        var train = _mlContext.Data.LoadFromEnumerable(recordings.Train);
        var speakers = _mlContext.Transforms.Conversion.MapValueToKey(nameof(Utterance.Speaker)).Fit(train);
        (_train, _test) = (_mlContext.Data.Cache(speakers.Transform(train)),
            _mlContext.Data.Cache(speakers.Transform(_mlContext.Data.LoadFromEnumerable(recordings.Test))));
        Given = new()
        {
            OutputColumnName = "Features",
            InputColumnNames = [nameof(Utterance.Frames)],
            LabelColumnName = nameof(Utterance.Speaker),
            EmbeddingDimension = recordings.Channels,
            ModelDimension = 32,
            Block = AttentionBlock.Encoder,
            Pooling = AttentionPooling.Mean,
            Training = training,
        };
    }

    /// <summary>A block of width 32 with mean pooling, as a trainer needs it;
    /// everything else that is not about the columns has the library's default.</summary>
    public MultiHeadAttentionOptions Given { get; }

    /// <summary>Options that are known to tell who spoke first.</summary>
    public MultiHeadAttentionOptions Known =>
        Given with
        {
            NumberOfHeads = 4,
            PositionalEncoding = PositionalEncoding.Sinusoidal,
            Training = Given.Training with { LearningRate = 0.005 }
        };

    public AttentionSearchResult Search(AttentionSearchOptions search) =>
        _mlContext.Transforms.SearchMultiHeadAttention(_train, Given, search with { Seed = _seed });

    /// <summary>The test accuracy of a stage with these options, learned from all recordings that are not for the test.</summary>
    public double Accuracy(MultiHeadAttentionOptions options)
    {
        using var stage = _mlContext.Transforms.MultiHeadAttention(options).Fit(_train);
        return Accuracy(stage);
    }

    /// <summary>The test accuracy of a stage, with the trainer after it that the search uses.</summary>
    public double Accuracy(MultiHeadAttentionTransformer stage)
    {
        var trainer = _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new() { LabelColumnName = nameof(Utterance.Speaker), FeatureColumnName = "Features", NumberOfThreads = 1 });
        var model = trainer.Fit(_mlContext.Data.Cache(stage.Transform(_train)));
        return Predictions.Accuracy(model.Transform(stage.Transform(_test)), nameof(Utterance.Speaker));
    }
}
