using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Search;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>Scores of rows that nothing has seen before.</summary>
[TestClass]
public sealed class CrossValidationTests
{
    static readonly MultiHeadAttentionOptions Brief = Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 1 } };

    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void LabelsDrawnByLot_AreNotForeseen()
    {
        // Each row is one of its own, so that a stage or a trainer that had seen it would know its label.
        var random = new Random(3);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 90).Select(_ => new ReferenceRow { Tokens = [[.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() * 2 - 1)]] })];
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

    CrossValidation Validation(IDataView view, int folds, IEstimator<ITransformer>? trainer = null) => new(_ml.Transforms, [.. _ml.Data.CrossValidationSplit(view, folds, seed: 1).Select(fold => (fold.TrainSet, fold.TestSet))],
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
