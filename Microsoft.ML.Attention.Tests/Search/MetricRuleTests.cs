using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Search;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>Metrics, their labels and which way is better, on predictions that can be counted by hand.</summary>
[TestClass]
public sealed class MetricRuleTests
{
    static readonly MLContext Context = new(seed: 1);

    // Right in 3 of 4; of the 2 x 2 pairs of a true and a false row, 3 in the right order; precision and recall of 2/3 and 1 for "true".
    static readonly IDataView Booleans = Context.Data.LoadFromEnumerable(
    [
        new { Label = true, PredictedLabel = true, Score = 2f, Probability = 0.5f },
        new { Label = true, PredictedLabel = true, Score = 1f, Probability = 0.5f },
        new { Label = false, PredictedLabel = true, Score = 1.5f, Probability = 0.5f },
        new { Label = false, PredictedLabel = false, Score = -1f, Probability = 0.5f },
    ]);

    // Errors of 1, -1, 2 and 0 about labels of variance 5.
    static readonly IDataView Numbers = Context.Data.LoadFromEnumerable(
    [
        new { Label = 1f, Score = 2f }, new { Label = 3f, Score = 2f }, new { Label = 5f, Score = 7f }, new { Label = 7f, Score = 7f },
    ]);

    // The first class right in 2 of 3, the second in 1 of 1; three labels were given 3/4, one 1/4.
    static readonly IDataView Classes = ClassesOf(
        new() { Label = 0, Score = [0.75f, 0.25f] }, new() { Label = 0, Score = [0.75f, 0.25f] },
        new() { Label = 0, Score = [0.25f, 0.75f] }, new() { Label = 1, Score = [0.25f, 0.75f] });

    static IEnumerable<(AttentionSearchMetric, IDataView, double, bool)> ByHand =>
    [
        (AttentionSearchMetric.MicroAccuracy, Classes, 3.0 / 4, true),
        (AttentionSearchMetric.MacroAccuracy, Classes, (2.0 / 3 + 1) / 2, true),
        (AttentionSearchMetric.LogLoss, Classes, (3 * Math.Log(4.0 / 3) + Math.Log(4)) / 4, false),
        (AttentionSearchMetric.Accuracy, Booleans, 3.0 / 4, true),
        (AttentionSearchMetric.AreaUnderRocCurve, Booleans, 3.0 / 4, true),
        (AttentionSearchMetric.F1Score, Booleans, 4.0 / 5, true),
        (AttentionSearchMetric.LogLoss, Booleans, 1, false),
        (AttentionSearchMetric.RSquared, Numbers, 1 - 6.0 / 20, true),
        (AttentionSearchMetric.RootMeanSquaredError, Numbers, Math.Sqrt(6.0 / 4), false),
        (AttentionSearchMetric.MeanAbsoluteError, Numbers, 4.0 / 4, false),
    ];

    [TestMethod, DynamicData(nameof(ByHand))]
    public void Metric_IsWhatOneCountsByHand(AttentionSearchMetric metric, IDataView predictions, double expected, bool isHigherBetter)
    {
        var label = predictions.Schema["Label"];
        var rule = MetricRule.For(metric, Kind(label), label);

        Assert.AreEqual(expected, rule.Evaluate(Context, predictions, new("Label")), 1e-6);
        Assert.AreEqual(isHigherBetter, rule.IsHigherBetter);
    }

    [TestMethod]
    public void EveryMetric_HasARule() =>
        Assert.AreSequenceEqual(Enum.GetValues<AttentionSearchMetric>(),
            ByHand.Select(row => row.Item1).Append(AttentionSearchMetric.EntityF1).Distinct().Order());

    [TestMethod]
    public void Metric_LeftOpen_IsThatOfTheLabelsType()
    {
        AttentionSearchMetric Default(IDataView view) => MetricRule.For(null, Kind(view.Schema["Label"]), view.Schema["Label"]).Metric;

        Assert.AreEqual(AttentionSearchMetric.MicroAccuracy, Default(Classes));
        Assert.AreEqual(AttentionSearchMetric.Accuracy, Default(Booleans));
        Assert.AreEqual(AttentionSearchMetric.RSquared, Default(Numbers));
    }

    [TestMethod]
    public void Metric_OfAnotherType_IsAnErrorThatNamesTheColumnAndTheChoice()
    {
        var label = Booleans.Schema["Label"];

        var error = Assert.ThrowsExactly<ArgumentException>(() => MetricRule.For(AttentionSearchMetric.RSquared, LabelKind.Boolean, label));

        Assert.AreEqual("Metric RSquared is not for label column 'Label', which is Boolean: choose among Accuracy, AreaUnderRocCurve, "
            + "F1Score, LogLoss.", error.Message);
    }

    static LabelKind Kind(DataViewSchema.Column label) => LabelColumn.KindOf(label);

    static IDataView ClassesOf(params ClassRow[] rows) => Context.Data.LoadFromEnumerable(rows);

    sealed class ClassRow
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
