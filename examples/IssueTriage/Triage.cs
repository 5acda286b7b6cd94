using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

namespace IssueTriage;

/// <summary>The ways to learn where issues belong that are compared. Each learns from some issues and says for which of others it was right.</summary>
/// <param name="areas">All areas, in a fixed order: whatever rows a model learns from, element 3 of its probabilities is of the same area.</param>
/// <param name="attention">How attention reads the words.</param>
/// <param name="seed">The seed of every draw.</param>
/// <param name="progress">Gives, for a title, something to report the epochs of one fit to.</param>
sealed class Triage(IReadOnlyList<string> areas, AttentionSettings attention, int seed, Func<string, IProgress<TrainingProgress>> progress)
{
    const string Label = "Label", Title = "TitleFeatures", Description = "DescriptionFeatures", Attended = "Attended", Features = "Features";

    /// <summary>Each model of <see cref="Recipe.OutOfFold"/> learns from two thirds of the rows.</summary>
    const int Folds = 3;

    readonly MLContext _mlContext = new(seed);

    /// <summary>ML.NET alone: n-grams of words and of characters, then the linear classifier.</summary>
    public bool[] Text(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        using var model = Labelled(TextFeatures().Append(_mlContext.Transforms.Concatenate(Features, Title, Description)))
            .AppendCacheCheckpoint(_mlContext)
            .Append(Classifier(Features))
            .Fit(View(learnFrom));
        return Right(model.Transform(View(asked)), asked);
    }

    /// <summary>Attention over learned words, then the linear classifier.</summary>
    public bool[] Attention(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        using var model = LearnAttention(learnFrom);
        return Right(model.Transform(View(asked)), asked);
    }

    /// <summary>The features of text, and beside them what attention makes of the words, then the linear classifier.</summary>
    public bool[] Both(Recipe recipe, IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        var (known, advised) = Advise(recipe, learnFrom, asked);
        using var model = Labelled(TextFeatures().Append(_mlContext.Transforms.Concatenate(Features, Title, Description, nameof(AdvisedIssue.Advice))))
            .AppendCacheCheckpoint(_mlContext)
            .Append(Classifier(Features))
            .Fit(AdvisedIssue.View(_mlContext, known));
        return Right(model.Transform(AdvisedIssue.View(_mlContext, advised)), asked);
    }

    /// <summary>What a recipe hands to the trainer: to learn from, and to be asked about.</summary>
    (AdvisedIssue[] Known, AdvisedIssue[] Asked) Advise(Recipe recipe, IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        if (recipe == Recipe.OutOfFold)
            return (Join(learnFrom, OutOfFold.Answers(learnFrom, Folds, seed, Probabilities)), Join(asked, Probabilities(learnFrom, asked)));

        var half = learnFrom.Count / 2;
        var stageLearnsFrom = recipe is Recipe.HalfAndHalf or Recipe.HalfAndAll ? [.. learnFrom.Take(half)] : learnFrom;
        var trainerLearnsFrom = recipe == Recipe.HalfAndHalf ? [.. learnFrom.Skip(half)] : learnFrom;
        using var stage = Labelled(WordFeatures(stageLearnsFrom, recipe == Recipe.WithoutLabels ? null : Label))
            .Append(_mlContext.Transforms.NormalizeLpNorm(Attended))   // as FeaturizeText does: neither drowns the other
            .Fit(View(stageLearnsFrom));
        return (Join(trainerLearnsFrom, Column(stage, trainerLearnsFrom, Attended)), Join(asked, Column(stage, asked, Attended)));
    }

    static AdvisedIssue[] Join(IReadOnlyList<Issue> issues, float[][] advice) => [.. issues.Zip(advice, (issue, a) => new AdvisedIssue(issue, a))];

    float[][] Probabilities(IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        using var model = LearnAttention(learnFrom);
        return Column(model, asked, "Score");
    }

    TransformerChain<ITransformer> LearnAttention(IReadOnlyList<Issue> learnFrom) =>
        Labelled(WordFeatures(learnFrom, Label))
            .AppendCacheCheckpoint(_mlContext)   // SDCA reads its rows many times; attention computes them once
            .Append(Classifier(Attended))
            .Fit(View(learnFrom));

    IEstimator<ITransformer> Labelled(IEstimator<ITransformer> features) =>
        _mlContext.Transforms.Conversion.MapValueToKey(Label, nameof(Issue.Area), keyData: Values(areas)).Append(features);

    IEstimator<ITransformer> TextFeatures() =>
        _mlContext.Transforms.Text.FeaturizeText(Title, nameof(Issue.Title)).Append(_mlContext.Transforms.Text.FeaturizeText(Description, nameof(Issue.Description)));

    IEstimator<ITransformer> WordFeatures(IReadOnlyList<Issue> learnFrom, string? label) =>
        _mlContext.Transforms.Text.TokenizeIntoWords(Attended, nameof(Issue.Words))
            .Append(_mlContext.Transforms.Conversion.MapValueToKey(Attended, keyData: Values(Vocabulary.Of(learnFrom))))
            .Append(_mlContext.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
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
            }));

    IEstimator<ITransformer> Classifier(string features) =>
        _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new()
        {
            LabelColumnName = Label,
            FeatureColumnName = features,
            NumberOfThreads = 1,   // several threads give another result in each run
        })
        .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    IDataView View(IEnumerable<Issue> issues) => _mlContext.Data.LoadFromEnumerable(issues);

    /// <summary>The values of a key, one a row.</summary>
    IDataView Values(IEnumerable<string> values) => _mlContext.Data.LoadFromEnumerable(values.Select(value => new KeyValue(value)).ToList());

    float[][] Column(ITransformer model, IReadOnlyList<Issue> issues, string column) => [.. model.Transform(View(issues)).GetColumn<float[]>(column)];

    static bool[] Right(IDataView predictions, IReadOnlyList<Issue> issues) =>
        [.. predictions.GetColumn<string>("PredictedLabel").Zip(issues, (area, issue) => area == issue.Area)];

    sealed record KeyValue(string Value);
}
