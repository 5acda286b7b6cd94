using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Ways to change rows that are left out where the rows do not allow them, if that is asked for.</summary>
[TestClass]
public sealed class SuitedAugmentationTests
{
    static readonly TrainingAugmentation All = new()
    {
        Jitter = 0.1,
        Scaling = 0.1,
        Shifting = 0.1,
        Cropping = 0.3,
        HiddenFrames = 0.2,
        Mixup = 0.5,
        WhereSuited = true,
    };

    static readonly MultiHeadAttentionOptions Options = OptionChoices.Base with
    {
        LabelColumnName = RowColumns.Label,
        Training = new() { NumberOfEpochs = 1, Augmentation = All },
    };

    static IEnumerable<(MultiHeadAttentionOptions, TrainingAugmentation)> Cases =>
    [
        (Options, All),
        (Options with { InputColumnNames = [RowColumns.Ids], ModelDimension = 8 },
            All with { Jitter = 0, Scaling = 0, Shifting = 0, Mixup = 0 }),
        (Options with { LabelColumnName = null }, All with { Mixup = 0 }),
        (Options with { AttentionBiasColumnName = RowColumns.Bias }, All with { Cropping = 0 }),
        (Options with { KeyColumnName = RowColumns.Keys }, new() { WhereSuited = true }),
    ];

    [TestMethod, DynamicData(nameof(Cases))]
    public void WhereSuited_LeavesOutWhatTheRowsDoNotAllow(MultiHeadAttentionOptions options, TrainingAugmentation left)
    {
        var context = new MLContext(1);

        using var stage = context.Transforms.MultiHeadAttention(options).Fit(new OptionCase(context, options).View);

        Assert.AreEqual(left, stage.Options.Training.Augmentation);
        Assert.AreEqual(1, stage.Training!.Losses.Count);
    }

    [TestMethod]
    public void Elements_AreNeitherCroppedNorHidden()
    {
        var context = new MLContext(1);
        var view = context.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new { A = i / 8f, B = 1f, Label = i % 3 > 0 }));

        using var stage = context.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
        {
            OutputColumnName = "Out",
            InputColumnNames = ["A", "B"],
            LabelColumnName = "Label",
            TokenPerElement = true,
            ModelDimension = 8,
            Pooling = AttentionPooling.Mean,
            Training = Options.Training,
        }).Fit(view);

        Assert.AreEqual(All with { Cropping = 0, HiddenFrames = 0 }, stage.Options.Training.Augmentation);
    }

    [TestMethod]
    public void ShortOverloads_ShakeNumbersThatClassesAreLearnedFrom_AndNoOthers()
    {
        var context = new MLContext(1);
        var classes = new[] { true, false, false, true };
        var (numbers, ids) = (new OptionCase(context, Options, classes).View,
            new OptionCase(context, Options with { InputColumnNames = [RowColumns.Ids], ModelDimension = 8 }, classes).View);

        using var shaken = context.BinaryClassification.Trainers.MultiHeadAttention(RowColumns.Label, RowColumns.Tokens).Fit(numbers);
        using var words = context.BinaryClassification.Trainers.MultiHeadAttention(RowColumns.Label, RowColumns.Ids).Fit(ids);
        using var regression = context.Regression.Trainers.MultiHeadAttention(RowColumns.Label, RowColumns.Tokens)
            .Fit(new OptionCase(context, Options).View);

        Assert.AreSequenceEqual([0.1, 0, 0],
            new[] { shaken, words, regression }.Select(stage => stage.Options.Training.Augmentation.Jitter));
    }
}
