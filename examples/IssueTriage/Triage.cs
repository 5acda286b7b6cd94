using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace IssueTriage;

/// <summary>The ways to learn where issues belong that are compared.
/// Each learns from some issues and says for which of others it was right.</summary>
/// <param name="areas">All areas, in a fixed order: whatever rows a model learns from,
/// element 3 of its probabilities is of the same area.</param>
/// <param name="attention">How attention reads the words.</param>
/// <param name="seed">The seed of every draw.</param>
/// <param name="progress">Gives, for a title, something to report the epochs of one fit to.</param>
sealed class Triage(IReadOnlyList<string> areas, AttentionSettings attention, int seed, Func<string, IProgress<TrainingProgress>> progress)
{
    const string Label = "Label", Title = "TitleFeatures", Description = "DescriptionFeatures", Attended = "Attended",
        Features = "Features";

    /// <summary>Each model of <see cref="Recipe.OutOfFold"/> learns from two thirds of the rows.</summary>
    const int Folds = 3;

    readonly MLContext _mlContext = new(seed);

    /// <summary>Attention over learned words, as a trainer: what it learned to read the areas with is what predicts.</summary>
    /// <param name="learnFrom">To learn from.</param>
    /// <param name="asked">To be asked about.</param>
    /// <param name="keptOut">The share of the issues to learn from that is kept out, to fit a temperature to.</param>
    public Judged[] Trainer(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked, double keptOut)
    {
        using var model = LearnTrainer(learnFrom, keptOut);
        return Judge(model.Transform(View(asked)), asked);
    }

    /// <summary>Attention over learned words as a stage, then the linear classifier.</summary>
    public Judged[] Stage(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        using var model = Labelled(Words(learnFrom).Append(_mlContext.Transforms.MultiHeadAttention(Options(learnFrom, Label))))
            .AppendCacheCheckpoint(_mlContext)   // SDCA reads its rows many times; attention computes them once
            .Append(Classifier(Attended))
            .Fit(View(learnFrom));
        return Judge(model.Transform(View(asked)), asked);
    }

    /// <summary>ML.NET alone: n-grams of words and of characters, then the linear classifier.</summary>
    public Judged[] Text(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        using var model = Labelled(TextFeatures().Append(_mlContext.Transforms.Concatenate(Features, Title, Description)))
            .AppendCacheCheckpoint(_mlContext)
            .Append(Classifier(Features))
            .Fit(View(learnFrom));
        return Judge(model.Transform(View(asked)), asked);
    }

    /// <summary>The features of text, and beside them what attention makes of the words, then the linear classifier.</summary>
    public Judged[] Both(Recipe recipe, IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        var (known, advised) = Advise(recipe, learnFrom, asked);
        using var model =
            Labelled(TextFeatures().Append(_mlContext.Transforms.Concatenate(Features, Title, Description, nameof(AdvisedIssue.Advice))))
            .AppendCacheCheckpoint(_mlContext)
            .Append(Classifier(Features))
            .Fit(AdvisedIssue.View(_mlContext, known));
        return Judge(model.Transform(AdvisedIssue.View(_mlContext, advised)), asked);
    }

    /// <summary>What a recipe hands to the trainer: to learn from, and to be asked about.</summary>
    (AdvisedIssue[] Known, AdvisedIssue[] Asked) Advise(Recipe recipe, IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        if (recipe == Recipe.OutOfFold)
            return (Join(learnFrom, OutOfFold.Answers(learnFrom, Folds, seed, Probabilities)),
                Join(asked, Probabilities(learnFrom, asked)));

        var half = learnFrom.Count / 2;
        var stageLearnsFrom = recipe is Recipe.HalfAndHalf or Recipe.HalfAndAll ? [.. learnFrom.Take(half)] : learnFrom;
        var trainerLearnsFrom = recipe == Recipe.HalfAndHalf ? [.. learnFrom.Skip(half)] : learnFrom;
        using var stage = Labelled(Words(stageLearnsFrom))
            .Append(_mlContext.Transforms.MultiHeadAttention(Options(stageLearnsFrom, recipe == Recipe.WithoutLabels ? null : Label)))
            .Append(_mlContext.Transforms.NormalizeLpNorm(Attended))   // as FeaturizeText does: neither drowns the other
            .Fit(View(stageLearnsFrom));
        return (Join(trainerLearnsFrom, Column(stage, trainerLearnsFrom, Attended)), Join(asked, Column(stage, asked, Attended)));
    }

    static AdvisedIssue[] Join(IReadOnlyList<Issue> issues, float[][] advice) =>
        [.. issues.Zip(advice, (issue, a) => new AdvisedIssue(issue, a))];

    float[][] Probabilities(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        using var model = LearnTrainer(learnFrom);
        return Column(model, asked, "Score");
    }

    TransformerChain<ITransformer> LearnTrainer(IReadOnlyList<Issue> learnFrom, double keptOut = 0)
    {
        var options = Options(learnFrom, Label) with { OutputColumnName = "", InputColumnNames = [Attended] };
        var trainer = _mlContext.MulticlassClassification.Trainers.MultiHeadAttention(
            options with { Training = options.Training with { ValidationFraction = keptOut } });
        return Labelled(Words(learnFrom).Append(trainer)).Append(PredictedArea()).Fit(View(learnFrom));
    }

    IEstimator<ITransformer> Labelled(IEstimator<ITransformer> features) =>
        _mlContext.Transforms.Conversion.MapValueToKey(Label, nameof(Issue.Area), keyData: Values(areas)).Append(features);

    IEstimator<ITransformer> TextFeatures() =>
        _mlContext.Transforms.Text.FeaturizeText(Title, nameof(Issue.Title))
            .Append(_mlContext.Transforms.Text.FeaturizeText(Description, nameof(Issue.Description)));

    /// <summary>The words as keys: each known one has a vector to be learned.</summary>
    EstimatorChain<ValueToKeyMappingTransformer> Words(IReadOnlyList<Issue> learnFrom) =>
        _mlContext.Transforms.Text.TokenizeIntoWords(Attended, nameof(Issue.Words))
            .Append(_mlContext.Transforms.Conversion.MapValueToKey(Attended, keyData: Values(Vocabulary.Of(learnFrom))));

    MultiHeadAttentionOptions Options(IReadOnlyList<Issue> learnFrom, string? label) => new()
    {
        OutputColumnName = Attended,
        LabelColumnName = label,
        NumberOfHeads = 4,
        ModelDimension = attention.Width,
        Block = attention.Block,
        Pooling = attention.Pooling,
        PositionalEncoding = attention.Positions,
        Training = new()
        {
            NumberOfEpochs = attention.Epochs,
            Dropout = attention.Dropout,
            Seed = seed,
            Progress = progress($"{learnFrom.Count} issues, seed {seed}"),
        },
    };

    IEstimator<ITransformer> Classifier(string features) =>
        _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new()
        {
            LabelColumnName = Label,
            FeatureColumnName = features,
            NumberOfThreads = 1,   // several threads give another result in each run
        })
        .Append(PredictedArea());

    IEstimator<ITransformer> PredictedArea() => _mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel");

    IDataView View(IEnumerable<Issue> issues) => _mlContext.Data.LoadFromEnumerable(issues);

    /// <summary>The values of a key, one a row.</summary>
    IDataView Values(IEnumerable<string> values) =>
        _mlContext.Data.LoadFromEnumerable(values.Select(value => new KeyValue(value)).ToList());

    float[][] Column(ITransformer model, IReadOnlyList<Issue> issues, string column) =>
        [.. model.Transform(View(issues)).GetColumn<float[]>(column)];

    static Judged[] Judge(IDataView predictions, IReadOnlyList<Issue> issues) =>
    [
        .. predictions.GetColumn<string>("PredictedLabel").Zip(predictions.GetColumn<float[]>("Score"), issues)
            .Select(row => Predictions.Judge(row.First == row.Third.Area, row.Second)),
    ];

    sealed record KeyValue(string Value);
}
