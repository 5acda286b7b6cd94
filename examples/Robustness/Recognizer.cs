using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

namespace Robustness;

/// <summary>Tells who speaks: an attention stage, and a linear classifier that learned from its features. What comes to the stage or its
/// utterances later, the classifier has not seen.</summary>
sealed class Recognizer : IDisposable
{
    public const int NumberOfLayers = 2, NumberOfHeads = 8;

    const string Features = "Features";

    readonly MLContext _mlContext;
    readonly Recordings _recordings;
    readonly ITransformer _speakers, _classifier;

    Recognizer(MLContext mlContext, Recordings recordings, ITransformer speakers, MultiHeadAttentionTransformer stage)
    {
        (_mlContext, _recordings, _speakers, Stage) = (mlContext, recordings, speakers, stage);
        Train = mlContext.Data.Cache(View(recordings.Train));
        var trainer = mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new()
        {
            LabelColumnName = nameof(Utterance.Speaker),
            FeatureColumnName = Features,
            NumberOfThreads = 1,   // several threads give another result in each run
        });
        _classifier = trainer.Fit(mlContext.Data.Cache(stage.Transform(Train)));
    }

    /// <summary>Learns to tell the speakers of these recordings, with everything that is not said here as the library has it.</summary>
    /// <param name="recordings">To learn from, and to be tested on.</param>
    /// <param name="training">How the stage learns.</param>
    public static Recognizer Learn(Recordings recordings, TrainingOptions training)
    {
        var mlContext = new MLContext(training.Seed);
        var train = mlContext.Data.LoadFromEnumerable(recordings.Train);
        var speakers = mlContext.Transforms.Conversion.MapValueToKey(nameof(Utterance.Speaker)).Fit(train);
        var stage = mlContext.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = Features,
            InputColumnNames = [nameof(Utterance.Frames)],
            LabelColumnName = nameof(Utterance.Speaker),
            EmbeddingDimension = recordings.Channels,
            ModelDimension = 64,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = NumberOfLayers,
            NumberOfHeads = NumberOfHeads,
            Pooling = AttentionPooling.Mean,
            Training = training,
        }).Fit(speakers.Transform(train));
        return new(mlContext, recordings, speakers, stage);
    }

    /// <summary>Whole, as it learned.</summary>
    public MultiHeadAttentionTransformer Stage { get; }

    /// <summary>The utterances that it learned from, the speaker a key.</summary>
    public IDataView Train { get; }

    /// <summary>Utterances as the stage reads them.</summary>
    public IDataView View(IReadOnlyList<Utterance> utterances) => _speakers.Transform(_mlContext.Data.LoadFromEnumerable(utterances));

    /// <summary>The same stage with other tensors.</summary>
    public MultiHeadAttentionTransformer With(AttentionParameters parameters) =>
        _mlContext.Transforms.MultiHeadAttention(Stage.Options with { Parameters = parameters, LabelColumnName = null }).Fit(Train);

    /// <summary>Whom it takes for the speaker of each of the utterances to be tested on, with another stage in place of its own.</summary>
    public uint[] Recognized(MultiHeadAttentionTransformer stage) => Recognized(stage, _recordings.Test);

    /// <summary>The share of the utterances to be tested on that it gets right with another stage in place of its own.</summary>
    public double Accuracy(MultiHeadAttentionTransformer stage) => Accuracy(stage, _recordings.Test);

    /// <summary>The share that it gets right of the utterances to be tested on in another form, its stage whole.</summary>
    public double Accuracy(IReadOnlyList<Utterance> test) => Accuracy(Stage, test);

    double Accuracy(MultiHeadAttentionTransformer stage, IReadOnlyList<Utterance> test) =>
        Recognized(stage, test).Zip(View(test).GetColumn<uint>(nameof(Utterance.Speaker)), (recognized, speaker) =>
            recognized == speaker ? 1.0 : 0).Average();

    uint[] Recognized(MultiHeadAttentionTransformer stage, IReadOnlyList<Utterance> test) =>
        [.. _classifier.Transform(stage.Transform(View(test))).GetColumn<uint>("PredictedLabel")];

    public void Dispose() => Stage.Dispose();
}
