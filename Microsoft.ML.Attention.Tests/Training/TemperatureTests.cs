using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>The temperature that probabilities are brought to what predictions deserve with.</summary>
[TestClass]
public sealed class TemperatureTests
{
    static readonly MultiHeadAttentionOptions HalfKeptOut = Needle.Options with
    {
        OutputColumnName = "",
        Training = Needle.Options.Training with { NumberOfEpochs = 12, ValidationFraction = 0.5, Dropout = 0 },
    };

    readonly MLContext _ml = new(seed: 1);

    /// <summary>Three of four are right, all by the same logits: their probability is 3/4 where the difference of the logits, divided by
    /// the temperature, is ln 3.</summary>
    [TestMethod]
    [DataRow(6), DataRow(0.5), DataRow(20)]
    public void Temperature_OfEqualLogits_MakesTheirProbabilityTheShareThatIsRight(double difference)
    {
        double Loss(double temperature)
        {
            var right = 1 / (1 + Math.Exp(-difference / temperature));
            return -(3 * Math.Log(right) + Math.Log(1 - right)) / 4;
        }

        Assert.AreEqual(difference / Math.Log(3), Temperature.Of(Loss), 0.004 * difference / Math.Log(3));
    }

    [TestMethod]
    public void Apply_DividesTheClassifierAlone()
    {
        var tensors = AttentionParameters.Create(
            [Tensor("classifier.weight", 6), Tensor("classifier.bias", 3), Tensor("pre_classifier.weight", 5), Tensor("norm.weight", 4)]);

        var divided = Temperature.Apply(tensors.All, 2);

        Assert.AreSequenceEqual([3f, 1.5f, 5, 4],
            ((string[])["classifier.weight", "classifier.bias", "pre_classifier.weight", "norm.weight"]).Select(name =>
                divided[name].Values.Span[0]));

        static KeyValuePair<string, AttentionTensor> Tensor(string name, float value) =>
            KeyValuePair.Create(name, new AttentionTensor([1], new[] { value }));
    }

    /// <summary>Labels drawn by lot cannot be foreseen: whatever was learned by heart is no reason to be sure of other rows.</summary>
    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void LabelsDrawnByLot_LeaveNoPredictionSure(bool areClasses)
    {
        var random = new Random(5);
        ReferenceRow[] rows = [.. Needle.Rows(120).Rows];
        IDataView data = areClasses
            ? rows.ToDataView(_ml, Needle.Options, TokenShape.Ragged, labels: Array.ConvertAll(rows, _ => (uint)random.Next(1, 4)))
            : rows.ToDataView(_ml, Needle.Options, TokenShape.Ragged, labels: Array.ConvertAll(rows, _ => random.Next(2) == 0));
        // The last epoch's: by the best one, less would have been learned by heart.
        var options = HalfKeptOut with { Training = HalfKeptOut.Training with { LabelSmoothing = 0, NumberOfEpochs = 40 } };

        using var model = areClasses
            ? _ml.MulticlassClassification.Trainers.MultiHeadAttention(options).Fit(data)
            : _ml.BinaryClassification.Trainers.MultiHeadAttention(options).Fit(data);

        Assert.IsGreaterThan(1, model.Training!.Temperature!.Value);
    }

    /// <summary>What can be foreseen was learned with smoothed labels, and less surely than it is so.</summary>
    [TestMethod]
    public void LabelsThatCanBeForeseen_AreMadeSureOf()
    {
        var data = Needle.Flags(_ml, 200);
        var training = HalfKeptOut.Training with { NumberOfEpochs = 40, LabelSmoothing = 0.3 };

        using var model = _ml.BinaryClassification.Trainers.MultiHeadAttention(HalfKeptOut with { Training = training }).Fit(data);

        Assert.IsLessThan(0.9, model.Training!.Temperature!.Value);
        Assert.IsLessThan(-Math.Log2(0.9), _ml.BinaryClassification.Evaluate(model.Transform(data)).LogLoss);
    }

    /// <summary>It is fitted where there is something to fit it to, and probabilities that are kept.</summary>
    [TestMethod]
    public void Temperature_IsThatOfProbabilitiesAndOfRowsKeptOut()
    {
        var data = Needle.Flags(_ml, 40);
        var brief = HalfKeptOut with { Training = HalfKeptOut.Training with { NumberOfEpochs = 1 } };

        using var all = _ml.BinaryClassification.Trainers.MultiHeadAttention(
            brief with { Training = brief.Training with { ValidationFraction = 0 } }).Fit(data);
        using var stage = _ml.Transforms.MultiHeadAttention(brief with { OutputColumnName = "Features" }).Fit(data);
        using var number = _ml.Regression.Trainers.MultiHeadAttention(brief).Fit(Needle.Numbers(_ml, 40));

        Assert.AreSequenceEqual([null, null, null], new[] { all, stage, number }.Select(model => model.Training!.Temperature));
    }
}
