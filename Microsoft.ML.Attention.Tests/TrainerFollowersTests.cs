using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>What follows a trainer of ML.NET's own follows those of all three catalogs, of rows and of tokens.</summary>
[TestClass]
public sealed class TrainerFollowersTests
{
    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Labels => TrainerTask.All.Select(task => task.Label);

    static IEnumerable<string> LabelsOfRows => TrainerTask.OfRows.Select(task => task.Label);

    /// <summary>Whose class is a word again at the end.</summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void Engine_AfterEachTrainer_PredictsWhatTheViewDoes(string label)
    {
        var task = TrainerTask.Of(label);
        var view = TaskRow.View(_ml, TaskRow.Rows(40));
        using var model = Pipeline(task).Fit(view);

        var (byView, one) = task.Label switch
        {
            nameof(TaskRow.Class) => Both<Labelled<string>>(p => p.PredictedLabel!),
            nameof(TaskRow.Flag) => Both<Labelled<bool>>(p => Named(p.PredictedLabel)),
            nameof(TaskRow.Number) => Both<Scored<float>>(p => Named(p.Score > 0.5f)),
            nameof(TaskRow.Classes) => Both<Labelled<string[]>>(p => string.Join(' ', p.PredictedLabel!)),
            nameof(TaskRow.Flags) => Both<Labelled<bool[]>>(p => string.Join(' ', p.PredictedLabel!.Select(Named))),
            _ => Both<Scored<float[]>>(p => string.Join(' ', p.Score!.Select(score => Named(score > 0.5f)))),
        };

        Assert.AreSequenceEqual(byView, one);
        var labels = TaskRow.Rows(40).Select(row => task.OfTokens ? string.Join(' ', row.Words) : row.Word);
        Assert.IsGreaterThan(30, labels.Zip(one).Count(pair => pair.First == pair.Second));

        static string Named(bool isHigh) => isHigh ? "high" : "low";

        (string[] ByView, string[] One) Both<T>(Func<T, string> predicted) where T : class, new()
        {
            using var engine = _ml.Model.CreatePredictionEngine<TaskRow, T>(model, new PredictionEngineOptions { OwnsTransformer = false });
            return ([.. _ml.Data.CreateEnumerable<T>(model.Transform(view), reuseRowObject: false).Select(predicted)],
                [.. TaskRow.Rows(40).Select(row => predicted(engine.Predict(row)))]);
        }
    }

    [TestMethod, DynamicData(nameof(Labels))]
    public void FreshProcess_LoadsEachTrainersModel_AndPredictsTheSame(string label)
    {
        var task = TrainerTask.Of(label);
        using var folder = new TemporaryFolder();
        var view = TaskRow.View(_ml, TaskRow.Rows(8));
        using var model = task.Trainer(_ml, task.Brief).Fit(view);
        _ml.Model.Save(model, view.Schema, folder["model.zip"]);
        using (var rows = File.Create(folder["rows.idv"]))
            _ml.Data.SaveAsBinary(view, rows);

        var (exitCode, output, error) = FreshProcess.Run(folder["model.zip"], folder["rows.idv"], "Score");

        Assert.AreEqual((0, ""), (exitCode, error));
        var scored = model.Transform(view);
        var scores = scored.Schema["Score"].Type is VectorDataViewType ? scored.GetColumn<float[]>("Score")
            : scored.GetColumn<float>("Score").Select(score => new[] { score });
        var lines = scores.Select(row => string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        Assert.AreSequenceEqual(lines, output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }

    [TestMethod]
    public void CrossValidate_OfEachCatalog_FitsAndEvaluatesEachFold()
    {
        var view = TaskRow.View(_ml, TaskRow.Rows(90));
        var (classes, flags, numbers) = (Trainer("Class"), Trainer("Flag"), Trainer("Number"));

        var ofClasses = _ml.MulticlassClassification.CrossValidate(view, classes, numberOfFolds: 3, labelColumnName: "Class");
        var ofFlags = _ml.BinaryClassification.CrossValidate(view, flags, numberOfFolds: 3, labelColumnName: "Flag");
        var ofNumbers = _ml.Regression.CrossValidate(view, numbers, numberOfFolds: 3, labelColumnName: "Number");

        Assert.AreSequenceEqual([3, 3, 3], [ofClasses.Count, ofFlags.Count, ofNumbers.Count]);
        Assert.IsGreaterThan(0.8, ofClasses.Average(result => result.Metrics.MicroAccuracy));
        Assert.IsGreaterThan(0.8, ofFlags.Average(result => result.Metrics.Accuracy));
        Assert.IsGreaterThan(0.4, ofNumbers.Average(result => result.Metrics.RSquared));
        ITransformer[] models = [.. ofClasses.Select(r => r.Model), .. ofFlags.Select(r => r.Model), .. ofNumbers.Select(r => r.Model)];
        foreach (var model in models)
            ((IDisposable)model).Dispose();

        MultiHeadAttentionEstimator Trainer(string label)
        {
            var task = TrainerTask.Of(label);
            return task.Trainer(_ml, task.Options);
        }
    }

    /// <summary>
    /// As AutoML's runners of trials do: the estimator comes from a factory of a context and options, as an IEstimator of ITransformer at
    /// the end of a chain; what it predicts of rows kept out is evaluated by the label's name alone;
    /// and its context cancels a trial that takes too long.
    /// </summary>
    [TestMethod, DynamicData(nameof(LabelsOfRows))]
    public void Trial_OfAutoMLsKind_FitsEvaluatesAndStops(string label)
    {
        var task = TrainerTask.Of(label);
        Func<MLContext, MultiHeadAttentionOptions, IEstimator<ITransformer>> factory = (context, options) =>
            task.Trainer(context, options with { InputColumnNames = ["Scaled"], LabelColumnName = task.Label });
        var context = new MLContext(1);
        var split = context.Data.TrainTestSplit(TaskRow.View(context, TaskRow.Rows(90)), testFraction: 0.3);
        IEstimator<ITransformer> chain = new EstimatorChain<ITransformer>()
            .Append(context.Transforms.NormalizeMinMax("Scaled", nameof(TaskRow.Tokens)))
            .Append(factory(context, task.Options));

        var model = chain.Fit(split.TrainSet);
        var evaluated = model.Transform(split.TestSet);
        var score = task.Catalog switch
        {
            nameof(MLContext.MulticlassClassification) => context.MulticlassClassification.Evaluate(evaluated, task.Label).MicroAccuracy,
            nameof(MLContext.BinaryClassification) => context.BinaryClassification.Evaluate(evaluated, task.Label).Accuracy,
            _ => context.Regression.Evaluate(evaluated, task.Label).RSquared,
        };
        ((IDisposable)model).Dispose();
        var told = new Told(_ => CancelExecution(context));
        var training = task.Options.Training with { NumberOfEpochs = 1_000_000, Progress = told };
        var endless = factory(context, task.Options with { Training = training });

        Assert.IsGreaterThan(task.Catalog == nameof(MLContext.Regression) ? 0.4 : 0.8, score);
        Assert.ThrowsExactly<OperationCanceledException>(() => new EstimatorChain<ITransformer>()
            .Append(context.Transforms.CopyColumns("Scaled", nameof(TaskRow.Tokens))).Append(endless).Fit(split.TrainSet));
        Assert.HasCount(1, told.Epochs);
    }

    EstimatorChain<ITransformer> Pipeline(TrainerTask task)
    {
        var chain = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.Conversion.MapValueToKey(nameof(TaskRow.Class), nameof(TaskRow.Word)))
            .Append(_ml.Transforms.Conversion.MapValueToKey(nameof(TaskRow.Classes), nameof(TaskRow.Words)))
            .Append<ITransformer>(task.Trainer(_ml, task.Options));
        return task.Catalog == nameof(MLContext.MulticlassClassification)
            ? chain.Append<ITransformer>(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            : chain;
    }

    /// <summary>What AutoML's runners call, as friends of ML.NET.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(CancelExecution))]
    static extern void CancelExecution(MLContext context);

    sealed class Labelled<T>
    {
        public T? PredictedLabel { get; set; }
    }

    sealed class Scored<T>
    {
        public T? Score { get; set; }
    }
}
