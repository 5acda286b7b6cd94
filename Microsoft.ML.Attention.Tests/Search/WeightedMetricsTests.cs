using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Search;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>Metrics where rows count differently: each is what ML.NET, or this library,
/// computes where a row comes as often as its weight says.</summary>
[TestClass]
public sealed class WeightedMetricsTests
{
    const string Weight = "Weight";

    static readonly MLContext Context = new(seed: 1);

    static IEnumerable<(AttentionSearchMetric, string)> OfRows =>
    [
        (AttentionSearchMetric.MicroAccuracy, nameof(LabelKind.Class)), (AttentionSearchMetric.MacroAccuracy, nameof(LabelKind.Class)),
        (AttentionSearchMetric.LogLoss, nameof(LabelKind.Class)),
        (AttentionSearchMetric.Accuracy, nameof(LabelKind.Boolean)), (AttentionSearchMetric.AreaUnderRocCurve, nameof(LabelKind.Boolean)),
        (AttentionSearchMetric.F1Score, nameof(LabelKind.Boolean)), (AttentionSearchMetric.LogLoss, nameof(LabelKind.Boolean)),
        (AttentionSearchMetric.RSquared, nameof(LabelKind.Number)), (AttentionSearchMetric.RootMeanSquaredError, nameof(LabelKind.Number)),
        (AttentionSearchMetric.MeanAbsoluteError, nameof(LabelKind.Number)),
    ];

    [TestMethod, DynamicData(nameof(OfRows))]
    public void Metric_OfRowsWithWeights_IsThatOfRowsThatComeSoOften(AttentionSearchMetric metric, string label)
    {
        var kind = Enum.Parse<LabelKind>(label);
        var (weighted, repeated) = Views(kind);
        var rule = MetricRule.For(metric, kind, weighted.Schema["Label"]);

        Assert.AreEqual(rule.Evaluate(Context, repeated, new("Label")), WeightedMetrics.Of(metric, weighted, "Label", Weight), 1e-6);
    }

    static IEnumerable<(AttentionSearchMetric, string)> OfTokens =>
    [
        (AttentionSearchMetric.MicroAccuracy, nameof(LabelKind.Class)), (AttentionSearchMetric.F1Score, nameof(LabelKind.Class)),
        (AttentionSearchMetric.EntityF1, nameof(LabelKind.Class)),
        (AttentionSearchMetric.RSquared, nameof(LabelKind.Number)), (AttentionSearchMetric.RootMeanSquaredError, nameof(LabelKind.Number)),
        (AttentionSearchMetric.MeanAbsoluteError, nameof(LabelKind.Number)),
    ];

    [TestMethod, DynamicData(nameof(OfTokens))]
    public void Metric_OfTokensInRowsWithWeights_IsThatOfRowsThatComeSoOften(AttentionSearchMetric metric, string label)
    {
        var kind = Enum.Parse<LabelKind>(label);
        var (weighted, repeated) = TokenViews(kind == LabelKind.Class);
        var rule = MetricRule.For(metric, kind, weighted.Schema["Label"], ofTokens: true);

        Assert.AreEqual(rule.Evaluate(Context, repeated, new("Label")),
            rule.Evaluate(Context, weighted, new("Label", Weight: Weight)), 1e-6);
    }

    [TestMethod]
    public void EveryMetric_HasACase() =>
        Assert.AreSequenceEqual(Enum.GetValues<AttentionSearchMetric>(),
            OfRows.Concat(OfTokens).Select(row => row.Item1).Distinct().Order());

    /// <summary>A class that only rows of weight 0 have, and a row of weight 0 whose score is not a number, are not there.</summary>
    [TestMethod]
    public void RowsOfWeight0_AreNotThere_WhateverTheyHold()
    {
        ClassRow[] rows =
        [
            new() { Label = 0, Score = [0.9f, 0.1f], Weight = 1 },
            new() { Label = 0, Score = [0.4f, 0.6f], PredictedLabel = 1, Weight = 3 },
            new() { Label = 1, Score = [0.1f, 0.9f], PredictedLabel = 1, Weight = 0 },
            new() { Label = 1, Score = [float.NaN, 0], Weight = 0 }, new() { Label = 1, Score = [0, float.NaN], Weight = float.NaN },
        ];
        var view = Context.Data.LoadFromEnumerable(rows);

        Assert.AreEqual(0.25, WeightedMetrics.Of(AttentionSearchMetric.MacroAccuracy, view, "Label", Weight));
        Assert.AreEqual((0, 2), MissingPredictions.Count(view, "Label", Weight));
        Assert.AreEqual((2, 5), MissingPredictions.Count(view, "Label"));
    }

    /// <summary>Every other row counts nothing: the score is that of those between.</summary>
    [TestMethod]
    public void Trials_AreScoredByTheWeightsOfTheirRows()
    {
        var data = Needle.Flags(Context, 24);
        var ones = Context.Transforms.CustomMapping<Nothing, Weighted>((_, row) => row.Weight = 1, contractName: null).Fit(data)
            .Transform(data);
        var read = 0;
        var view = Context.Data.Cache(Context.Transforms.CustomMapping<Nothing, Weighted>((_, row) =>
            row.Weight = read++ % 2, contractName: null).Fit(data).Transform(data));
        var options = Needle.Options with
        {
            OutputColumnName = "",
            ScoreColumnName = "Score",
            ExampleWeightColumnName = Weight,
            Training = Needle.Options.Training with { NumberOfEpochs = 1 }
        };
        var rule = MetricRule.For(AttentionSearchMetric.LogLoss, LabelKind.Boolean, data.Schema[RowColumns.Label]);

        var score = new CrossValidation(Context.Transforms, [(ones, view)], rule, null, seed: 1) { IsPrediction = true }.Scores(options)
            .Single();

        using var stage = Context.BinaryClassification.Trainers.MultiHeadAttention(options).Fit(ones);
        var half = Context.Data.FilterRowsByColumn(view, Weight, lowerBound: 0.5);
        Assert.AreEqual(Context.BinaryClassification.Evaluate(stage.Transform(half)).LogLoss, score, 1e-6);
        Assert.AreNotEqual(Context.BinaryClassification.Evaluate(stage.Transform(view)).LogLoss, score, 1e-3);
    }

    /// <summary>Twelve rows of weights 0 to 3; and each of them as often as its weight says.</summary>
    static (IDataView Weighted, IDataView Repeated) Views(LabelKind kind)
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 12)
            .Select(n => (Label: n % 3 == 0, Score: random.NextSingle() * 4 - 2, Weight: (float)(n % 4))).ToArray();
        return kind switch
        {
            LabelKind.Class =>
                Both(row =>
                    new ClassRow
                    {
                        Label = row.Label ? 1u : 0,
                        Score = [Logistic(-row.Score), Logistic(row.Score)],
                        PredictedLabel = row.Score > 0 ? 1u : 0,
                        Weight = row.Weight
                    }),
            LabelKind.Boolean =>
                Both(row => new { row.Label, PredictedLabel = row.Score > 0, row.Score, Probability = Logistic(row.Score), row.Weight }),
            _ => Both(row => new { Label = row.Label ? 3f : row.Weight, row.Score, row.Weight }),
        };

        static float Logistic(float score) => 1 / (1 + MathF.Exp(-score));

        (IDataView, IDataView) Both<T>(Func<(bool Label, float Score, float Weight), T> row) where T : class =>
            (Context.Data.LoadFromEnumerable(rows.Select(row)),
                Context.Data.LoadFromEnumerable(rows.SelectMany(r => Enumerable.Repeat(row(r), (int)r.Weight))));
    }

    /// <summary>Eight rows of three or four tags, or of numbers, as many as their letters.</summary>
    static (IDataView Weighted, IDataView Repeated) TokenViews(bool areClasses)
    {
        string[] tags = ["O", "B-A", "I-A"];
        var random = new Random(4);
        var rows = Enumerable.Range(0, 8).Select(n =>
            (Label: random.GetItems(tags, 3 + n % 2), Predicted: random.GetItems(tags, 3 + n % 2), Weight: (float)(n % 4))).ToArray();
        return (View(rows), View(rows.SelectMany(row => Enumerable.Repeat(row, (int)row.Weight))));

        IDataView View(IEnumerable<(string[] Label, string[] Predicted, float Weight)> rows)
        {
            if (!areClasses)
                return Context.Data.LoadFromEnumerable(rows.Select(row =>
                    new { Label = Numbers(row.Label), Score = Numbers(row.Predicted), row.Weight }));
            var text = Context.Data.LoadFromEnumerable(rows.Select(row => new { row.Label, PredictedLabel = row.Predicted, row.Weight }));
            var keys = Context.Data.LoadFromEnumerable(tags.Select(tag => new { Tag = tag }));
            return Context.Transforms.Conversion.MapValueToKey([new("Label"), new("PredictedLabel")], keyData: keys).Fit(text)
                .Transform(text);
        }

        float[] Numbers(string[] row) => [.. row.Select(tag => (float)Array.IndexOf(tags, tag))];
    }

    sealed class Nothing;

    sealed class Weighted
    {
        public float Weight { get; set; }
    }

    sealed class ClassRow
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        public float Weight { get; set; }
    }
}
