using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace FewLabels;

/// <summary>Learns to recognize speakers by attention over the frames and then ML.NET's linear classifier.</summary>
/// <param name="channels">Numbers in a frame.</param>
/// <param name="seed">Of all that is drawn: parameters, what is hidden, dropout, the order of rows.</param>
sealed class Learner(int channels, int seed)
{
    const string Features = "Features", Averages = "Averages";

    /// <summary>Both ways learn this one. It knows the frames' places: a hidden frame is told by its neighbours, and without places every
    /// frame is everyone's neighbour.</summary>
    readonly MultiHeadAttentionOptions _options = new()
    {
        OutputColumnName = Features,
        InputColumnNames = [nameof(Utterance.Frames)],
        EmbeddingDimension = channels,
        NumberOfHeads = 4,
        Block = AttentionBlock.Encoder,
        ModelDimension = 64,
        PositionalEncoding = PositionalEncoding.Sinusoidal,
        Pooling = AttentionPooling.Mean,
        Runtime = new() { IntraOpThreads = 1 },   // batches this small gain nothing from several
    };

    readonly MLContext _mlContext = new(seed);

    /// <summary>Learns from the frames alone: some are hidden, and told from the others.</summary>
    public AttentionParameters Pretrain(IReadOnlyList<Utterance> utterances)
    {
        using var pretrained = _mlContext.Transforms.MultiHeadAttention(_options with
        {
            Training = new()
            {
                Objective = TrainingObjective.MaskedReconstruction,
                MaskedFraction = 0.5,   // frames are much like their neighbours: with few hidden, the gaps are told by copying
            },
        }).Fit(View(utterances));
        return pretrained.Parameters;
    }

    /// <summary>Learns from the labelled utterances: from drawn parameters on, or from those that pretraining gave.</summary>
    /// <returns>The share of the judged utterances whose speaker is recognized.</returns>
    public double Accuracy(Lot lot, Settings settings, AttentionParameters? pretrained) =>
        Accuracy(lot, Features, _mlContext.Transforms.MultiHeadAttention(_options with
        {
            LabelColumnName = nameof(Utterance.Speaker),
            Parameters = pretrained,
            Training = new()
            {
                LearningRate = settings.LearningRate,
                NumberOfEpochs = settings.NumberOfEpochs,
                Dropout = settings.Dropout,
            },
        }));

    /// <summary>Takes the features as pretraining gave them: no label is used before the classifier.</summary>
    public double AccuracyWithoutFineTuning(Lot lot, AttentionParameters pretrained) =>
        Accuracy(lot, Features, _mlContext.Transforms.MultiHeadAttention(_options with { Parameters = pretrained }));

    /// <summary>What ML.NET can do alone: the linear classifier on each channel's average over the frames.</summary>
    public double AccuracyOfAverages(Lot lot)
    {
        var schema = SchemaDefinition.Create(typeof(AveragesRow));
        schema[nameof(AveragesRow.Averages)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, channels);
        return Accuracy(lot, Averages, _mlContext.Transforms.CustomMapping<FramesRow, AveragesRow>((row, averages) => averages.Averages =
            [.. Enumerable.Range(0, channels).Select(channel => row.Frames.Where((_, i) => i % channels == channel).Average())],
            contractName: null, outputSchemaDefinition: schema));
    }

    double Accuracy<T>(Lot lot, string features, IEstimator<T> stage) where T : class, ITransformer
    {
        using var model = _mlContext.Transforms.Conversion.MapValueToKey(nameof(Utterance.Speaker))
            .Append(stage)
            .AppendCacheCheckpoint(_mlContext)   // SDCA reads its rows many times; attention computes them once
            .Append(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
            {
                LabelColumnName = nameof(Utterance.Speaker),
                FeatureColumnName = features,
                NumberOfThreads = 1,   // several threads give another result in each run
            }))
            .Fit(View(lot.Labelled));
        return Predictions.Accuracy(model.Transform(View(lot.Judged)), nameof(Utterance.Speaker));
    }

    IDataView View(IReadOnlyList<Utterance> utterances) => _mlContext.Data.LoadFromEnumerable(utterances);

    sealed class FramesRow
    {
        public float[] Frames { get; set; } = [];
    }

    sealed class AveragesRow
    {
        public float[] Averages { get; set; } = [];
    }
}
