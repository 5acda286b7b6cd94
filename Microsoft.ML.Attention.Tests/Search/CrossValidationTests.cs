using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Search;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>Scores of rows that nothing has seen before.</summary>
[TestClass]
public sealed class CrossValidationTests
{
    static readonly MultiHeadAttentionOptions Brief =
        Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 1 } };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void LabelsDrawnByLot_AreNotForeseen()
    {
        // Each row is one of its own, so that a stage or a trainer that had seen it would know its label.
        var random = new Random(3);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 90)
            .Select(_ => new ReferenceRow { Tokens = [[.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() * 2 - 1)]] })];
        var options = Needle.Options with { EmbeddingDimension = 12, ModelDimension = 32 };
        var view = rows.ToDataView(_ml, options, TokenShape.Fixed, labels: rows.Select(_ => random.Next(2) == 1).ToArray());

        var scores = Validation(view, folds: 3).Scores(options);

        Assert.HasCount(3, scores);
        Assert.IsInRange(0.3, 0.7, scores.Average(), "Ninety coin flips, by chance within four standard deviations of a half.");
    }

    [TestMethod]
    public void EachFold_IsScoredByAStageAndATrainerThatSawTheOthers()
    {
        var trainer = new CountingTrainer(_ml.BinaryClassification.Trainers.LbfgsLogisticRegression(featureColumnName: RowColumns.Output));
        var view = Needle.Flags(_ml, 60);

        Validation(view, folds: 3, trainer).Scores(Brief);

        Assert.HasCount(3, trainer.Fitted);
        Assert.AreEqual(120, trainer.Fitted.Sum(), "Each row is learned from in two folds of three.");
    }

    [TestMethod]
    public void ScoreThatIsNoNumber_IsAnErrorThatNamesTheFold()
    {
        var view = Needle.Flags(_ml, 12);
        var metric = new MetricRule(AttentionSearchMetric.F1Score, LabelKind.Boolean, true, (_, _, _) => double.NaN);
        var validation = new CrossValidation(_ml.Transforms, [(view, view)], metric, null, seed: 1);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => validation.Scores(Brief));

        Assert.AreEqual("F1Score of fold 1 is NaN.", error.Message);
    }

    // Evaluators skip rows without a prediction: of 12 perfect ones with 6 of them gone, a metric would be perfect,
    // and an error of no row 0.
    [TestMethod]
    [DataRow(AttentionSearchMetric.RSquared)]
    [DataRow(AttentionSearchMetric.RootMeanSquaredError)]
    [DataRow(AttentionSearchMetric.MeanAbsoluteError)]
    public void ScoresThatAreNoNumbers_AreAnErrorThatCountsTheirRows(AttentionSearchMetric metric)
    {
        var view = Needle.Numbers(_ml, 12);
        var rule = MetricRule.For(metric, LabelKind.Number, view.Schema[RowColumns.Label]);
        var count = 0;
        var halfNaN = new PredictingTrainer(_ml, () => ++count % 2 == 0 ? float.NaN : 1);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            new CrossValidation(_ml.Transforms, [(view, view)], rule, halfNaN, seed: 1).Scores(Brief));

        Assert.StartsWith($"6 of 12 rows have no prediction, as their score is not a number, and {metric} would be that of the others",
            error.Message);
    }

    [TestMethod]
    public void MissingPredictions_AreThoseOfRowsWithALabel()
    {
        var view = _ml.Data.LoadFromEnumerable(
        [
            new Prediction { Label = 1, PredictedLabel = 1, Score = [1, 0] },
            new Prediction { Label = 1, PredictedLabel = 1, Score = [1, float.NaN] },
            new Prediction { Label = 1, PredictedLabel = Prediction.None, Score = [1, 0] },
            new Prediction { Label = Prediction.None, PredictedLabel = 0, Score = [1, float.NaN] },
        ]);

        Assert.AreEqual((2, 3), MissingPredictions.Count(view, "Label"));
    }

    sealed class Prediction
    {
        public const uint None = uint.MaxValue; // in memory keys count from 0, and in views from 1

        [KeyType(2)]
        public uint Label { get; set; }

        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    sealed class Predicted
    {
        public float Score { get; set; }
    }

    sealed class Nothing;

    /// <summary>A trainer whose model predicts what it is told to.</summary>
    sealed class PredictingTrainer(MLContext ml, Func<float> score) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) =>
            ml.Transforms.CustomMapping<Nothing, Predicted>((_, output) => output.Score = score(), contractName: null).Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    CrossValidation Validation(IDataView view, int folds, IEstimator<ITransformer>? trainer = null) =>
        new(_ml.Transforms, [.. _ml.Data.CrossValidationSplit(view, folds, seed: 1).Select(fold => (fold.TrainSet, fold.TestSet))],
        MetricRule.For(null, LabelKind.Boolean, view.Schema[RowColumns.Label]), trainer, seed: 1);

    /// <summary>A trainer that counts the rows it is given.</summary>
    sealed class CountingTrainer(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
    {
        public List<int> Fitted { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            Fitted.Add(input.Read(RowColumns.Label).Count);
            return inner.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);
    }
}
