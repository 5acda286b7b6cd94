using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Attention.Text;
using Microsoft.ML.Data;
using SemanticSearch;

namespace IssueTriage;

/// <summary>The same question for who has read English before: all-MiniLM-L6-v2, learned further as a trainer, or its vectors as features,
/// beside words learned from the issues alone and ML.NET's features of text.</summary>
static class Pretrained
{
    /// <summary>Learning further takes a processor core about five minutes a seed.</summary>
    public static readonly int[] Seeds = [1, 2, 3];

    /// <summary>What was chosen by cross-validation; see RESULTS.md.</summary>
    const int TokensOfFeatures = 128, TokensToLearn = 64, Epochs = 6;

    const double LearningRate = 2e-4;

    const int Folds = 3, DealingSeed = 7;

    /// <summary>Tests each way once a seed, and prints a seed's results as they come.</summary>
    public static void Run(Issues issues, int[] seeds)
    {
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        var model = PretrainedTextModel.Load(extracted.Folder);
        Report.Heading($"Tested, {seeds.Length} seeds", issues.Test.Count);
        var scores = seeds.Select(seed => LearningDisplay.Show(progress =>
            Ways(issues, model, seed, progress).Select(way => Tested(way, seed)).ToArray())).ToArray();
        Console.WriteLine("Medians");
        foreach (var (i, way) in Ways(issues, model, 0, _ => null).Index())
            Report.Lines(way.Name, [.. scores.Select(each => each[i])]);

        Score Tested((string Name, Way Way) way, int seed)
        {
            var score = Score.Timed(() => way.Way(issues.Train, issues.Test));
            Report.Line($"{way.Name}, seed {seed}", score);
            return score;
        }
    }

    /// <summary>What was chosen by: the issues to learn from alone.</summary>
    public static void Choose(Issues issues)
    {
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        var model = PretrainedTextModel.Load(extracted.Folder);
        Report.Heading($"Cross-validated on the issues to learn from, {Folds} folds", issues.Train.Count);
        foreach (var tokens in new[] { 64, 128, 256 })
            Try($"MiniLM -> SDCA, of {tokens} tokens", _ => (learnFrom, asked) => Features(issues, model, tokens, 1, learnFrom, asked));
        Try($"MiniLM learned further, of {TokensToLearn} tokens",
            progress => (learnFrom, asked) => LearnedFurther(issues, model, 1, progress, learnFrom, asked));

        void Try(string name, Func<Func<string, IProgress<TrainingProgress>?>, Way> way) =>
            Report.Line(name, LearningDisplay.Show(progress => Score.Timed(() => OutOfFold.Answers(issues.Train, Folds, DealingSeed,
                (learnFrom, asked) => way(progress)(learnFrom, asked)))));
    }

    static (string Name, Way Way)[] Ways(Issues issues, PretrainedTextModel model, int seed,
        Func<string, IProgress<TrainingProgress>?> progress)
    {
        var triage = new Triage(issues.Areas, issues.Attention, seed, title => progress(title)!);
        return
        [
            ("MiniLM learned further, the trainer", (learnFrom, asked) => LearnedFurther(issues, model, seed, progress, learnFrom, asked)),
            ("MiniLM -> SDCA", (learnFrom, asked) => Features(issues, model, TokensOfFeatures, seed, learnFrom, asked)),
            ("attention over learned words, the trainer", (learnFrom, asked) => triage.Trainer(learnFrom, asked, keptOut: 0)),
            ("FeaturizeText -> SDCA", triage.Text),
        ];
    }

    /// <summary>The model's vectors as they are, then the linear classifier.</summary>
    static Judged[] Features(Issues issues, PretrainedTextModel model, int tokens, int seed, IReadOnlyList<Issue> learnFrom,
        IReadOnlyList<Issue> asked)
    {
        var mlContext = new MLContext(seed);
        var pipeline = Labelled(mlContext, issues, mlContext.Transforms.Text.PretrainedTransformer(Options(model, tokens)))
            .AppendCacheCheckpoint(mlContext)   // SDCA reads its rows many times; the model computes them once
            .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new() { NumberOfThreads = 1 }));
        return Judge(mlContext, pipeline, learnFrom, asked);
    }

    /// <summary>The model as a trainer: all but its embeddings of tokens is learned further.</summary>
    static Judged[] LearnedFurther(Issues issues, PretrainedTextModel model, int seed, Func<string, IProgress<TrainingProgress>?> progress,
        IReadOnlyList<Issue> learnFrom, IReadOnlyList<Issue> asked)
    {
        var mlContext = new MLContext(seed);
        var options = Options(model, TokensToLearn) with
        {
            FrozenLayers = 0,
            Training = new()
            {
                LearningRate = LearningRate,
                NumberOfEpochs = Epochs,
                Seed = seed,
                Progress = progress($"{learnFrom.Count} issues, seed {seed}"),
            },
        };
        var trainer = mlContext.MulticlassClassification.Trainers.PretrainedTransformer(options);
        return Judge(mlContext, Labelled(mlContext, issues, trainer), learnFrom, asked);
    }

    /// <summary>Vectors of any length: how long they are says something too.</summary>
    static PretrainedTransformerOptions Options(PretrainedTextModel model, int tokens) =>
        new() { Model = model, InputColumnName = nameof(Told.Text), MaximumTokens = tokens, NormalizeOutput = false };

    static EstimatorChain<ITransformer> Labelled(MLContext mlContext, Issues issues, IEstimator<ITransformer> features)
    {
        var areas = mlContext.Data.LoadFromEnumerable(issues.Areas.Select(area => new { Area = area }).ToList());
        return new EstimatorChain<ITransformer>()
            .Append<ITransformer>(mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Told.Area), keyData: areas))
            .Append(features);
    }

    static Judged[] Judge(MLContext mlContext, IEstimator<ITransformer> pipeline, IReadOnlyList<Issue> learnFrom,
        IReadOnlyList<Issue> asked)
    {
        var model = pipeline.Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(View(learnFrom));
        using var disposed = model as IDisposable;
        var predictions = model.Transform(View(asked));
        return
        [
            .. predictions.GetColumn<string>("PredictedLabel").Zip(predictions.GetColumn<float[]>("Score"), asked)
                .Select(row => Predictions.Judge(row.First == row.Third.Area, row.Second)),
        ];

        IDataView View(IReadOnlyList<Issue> of) =>
            mlContext.Data.LoadFromEnumerable(of.Select(issue => new Told(issue.Area, $"{issue.Title}. {issue.Description}")));
    }

    /// <summary>An issue as one text, which the model's tokenizer cuts.</summary>
    sealed record Told(string Area, string Text);
}
