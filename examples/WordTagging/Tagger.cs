using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace WordTagging;

/// <summary>One way to tag: learns from some sentences, and says what became of each word of others, one after the other.</summary>
delegate Judged[] Way(IReadOnlyList<Sentence> learnFrom, IReadOnlyList<Sentence> asked);

/// <summary>The ways to tag that are compared.</summary>
/// <param name="tags">All parts of speech, in a fixed order.</param>
/// <param name="tagging">How attention reads.</param>
/// <param name="seed">The seed of every draw.</param>
/// <param name="progress">Gives, for a title, something to report the epochs of one fit to.</param>
sealed class Tagger(IReadOnlyList<string> tags, TaggingSettings tagging, int seed, Func<string, IProgress<TrainingProgress>> progress)
{
    const string Label = "Label", Features = "Features";

    readonly MLContext _mlContext = new(seed);

    /// <summary>The tag that each word had most often; for words never seen, the tag that most words had.</summary>
    public static Judged[] MostFrequent(IReadOnlyList<Sentence> learnFrom, IReadOnlyList<Sentence> asked)
    {
        var tagged = learnFrom.SelectMany(Tagged).ToLookup(word => word.Word, word => word.Tag, StringComparer.OrdinalIgnoreCase);
        var most = tagged.ToDictionary(word => word.Key, Most, StringComparer.OrdinalIgnoreCase);
        var otherwise = Most(tagged.SelectMany(word => word));
        return [.. asked.SelectMany(Tagged).Select(word =>
            most.GetValueOrDefault(word.Word, otherwise) is var (tag, share) ? new Judged(tag == word.Tag, share) : default)];

        static IEnumerable<(string Word, string Tag)> Tagged(Sentence sentence) => sentence.Words.Zip(sentence.Tags);

        static (string Tag, double Share) Most(IEnumerable<string> tags)
        {
            var counts = tags.CountBy(tag => tag).OrderByDescending(count => count.Value)
                .ThenBy(count => count.Key, StringComparer.Ordinal).ToArray();
            return (counts[0].Key, (double)counts[0].Value / counts.Sum(count => count.Value));
        }
    }

    /// <summary>A word between its neighbours, each as one of many, into one of ML.NET's trainers.</summary>
    public Way Window(string column, RowTrainer trainer) => (learnFrom, asked) =>
    {
        var features = _mlContext.Transforms.Categorical.OneHotEncoding(Features, column);
        using var model = Labelled(nameof(WindowRow.Tag)).Append(features).AppendCacheCheckpoint(_mlContext).Append(Trainer(trainer))
            .Fit(WindowRow.View(_mlContext, learnFrom));
        return Predictions.Judge(model.Transform(WindowRow.View(_mlContext, asked)), Label);
    };

    /// <summary>Attention over the words of the sentence, as a trainer with a label for each token.</summary>
    public Judged[] Attention(IReadOnlyList<Sentence> learnFrom, IReadOnlyList<Sentence> asked)
    {
        var known = SentenceRow.Known(learnFrom);
        using var model = Labelled(nameof(SentenceRow.Tags))
            .Append(_mlContext.MulticlassClassification.Trainers.MultiHeadAttention(new MultiHeadAttentionOptions
            {
                InputColumnNames = [nameof(SentenceRow.Traits)],
                LabelColumnName = Label,
                EmbeddingDimension = tagging.Places,
                StandardizeInputs = false,   // ones and zeros: a trait is to count for no more because it is rare
                NumberOfHeads = 4,
                ModelDimension = tagging.Width,
                Block = AttentionBlock.Encoder,
                NumberOfLayers = tagging.Layers,
                PositionalEncoding = tagging.Positions,
                ConvolutionWidth = tagging.ConvolutionWidth,
                Training = new()
                {
                    NumberOfEpochs = tagging.Epochs,
                    Dropout = tagging.Dropout,
                    AverageDecay = tagging.AverageDecay,
                    Seed = seed,
                    Progress = progress($"{learnFrom.Count} sentences, seed {seed}"),
                },
            })).Fit(SentenceRow.View(_mlContext, learnFrom, known, tagging.Places));
        return [.. JudgeTokens(model.Transform(SentenceRow.View(_mlContext, asked, known, tagging.Places)))];
    }

    IEnumerable<Judged> JudgeTokens(IDataView predictions)
    {
        foreach (var (predicted, labels, scores) in predictions.GetColumn<uint[]>("PredictedLabel")
            .Zip(predictions.GetColumn<uint[]>(Label), predictions.GetColumn<float[]>("Score")))
            for (var t = 0; t < labels.Length; t++)
                yield return Predictions.Judge(predicted[t] == labels[t]
                    && labels[t] > 0, scores[(t * tags.Count)..((t + 1) * tags.Count)]);
    }

    IEstimator<ITransformer> Labelled(string column) =>
        _mlContext.Transforms.Conversion.MapValueToKey(Label, column,
            keyData: _mlContext.Data.LoadFromEnumerable(tags.Select(tag => new KeyValue(tag)).ToList()));

    /// <summary>One thread each: several give another result in each run.</summary>
    IEstimator<ITransformer> Trainer(RowTrainer trainer) => trainer switch
    {
        RowTrainer.Sdca =>
            _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(
                new() { LabelColumnName = Label, FeatureColumnName = Features, NumberOfThreads = 1 }),
        RowTrainer.Lbfgs =>
            _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new() { LabelColumnName = Label, FeatureColumnName = Features, NumberOfThreads = 1 }),
        RowTrainer.Perceptron =>
            _mlContext.MulticlassClassification.Trainers.OneVersusAll(
                _mlContext.BinaryClassification.Trainers.AveragedPerceptron(Label, Features, numberOfIterations: 10), Label),
        _ => _mlContext.MulticlassClassification.Trainers.LightGbm(
            new LightGbmMulticlassTrainer.Options { LabelColumnName = Label, FeatureColumnName = Features, NumberOfThreads = 1 }),
    };

    sealed record KeyValue(string Value);
}
