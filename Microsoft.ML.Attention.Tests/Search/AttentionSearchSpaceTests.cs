using Microsoft.ML.Attention.Options;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>What a search draws from.</summary>
[TestClass]
public sealed class AttentionSearchSpaceTests
{
    static readonly MultiHeadAttentionOptions Given = new()
    {
        NumberOfHeads = 5,
        ModelDimension = 10,
        Training = new() { LearningRate = 0.5, NumberOfEpochs = 7 }
    };

    [TestMethod]
    public void Default_IsWhatTheOptionsCarry()
    {
        var space = new AttentionSearchSpace();

        Assert.AreSequenceEqual([2, 4, 8], space.NumberOfHeads);
        Assert.AreSequenceEqual([32, 64, 128], space.ModelDimension);
        Assert.AreSequenceEqual([AttentionBlock.Residual, AttentionBlock.Encoder], space.Block);
        Assert.AreSequenceEqual([1, 2, 3], space.NumberOfLayers);
        Assert.AreSequenceEqual([AttentionPooling.Mean, AttentionPooling.Max, AttentionPooling.First, AttentionPooling.Last,
            AttentionPooling.Attention, AttentionPooling.MeanAndMax], space.Pooling);
        Assert.AreSequenceEqual([PositionalEncoding.None, PositionalEncoding.Sinusoidal, PositionalEncoding.Rotary,
            PositionalEncoding.Alibi], space.PositionalEncoding);
        Assert.AreEqual(new AttentionSearchRange(0.0005, 0.01, IsLogarithmic: true), space.LearningRate);
        Assert.AreEqual(new AttentionSearchRange(0, 0.3), space.Dropout);
    }

    [TestMethod]
    public void Place_BecomesOneOfTheChoicesForEachOption()
    {
        var options = new AttentionSearchSpace().At([0.34, 0.99, 0.5, 0, 0.8, 0.49, 0, 0.5, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], Given);

        var expected = Given with
        {
            NumberOfHeads = 4,
            ModelDimension = 128,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 1,
            Pooling = AttentionPooling.Attention,
            PositionalEncoding = PositionalEncoding.Sinusoidal,
            Training = Given.Training with { LearningRate = 0.0005, Dropout = 0.15 },
        };
        Assert.AreEqual(expected, options);
    }

    [TestMethod]
    public void PlaceForSeries_BecomesWhatMakesTokensOfFrames()
    {
        var options = AttentionSearchSpace.ForSeries().At([0, 0, 0, 0, 0, 0.5, 0, 0, 0.3, 0.9, 0.6, 0, 0.9, 0.7, 0], Given);

        Assert.AreEqual((16, 5, true, null),
            (options.MaximumPatches, options.ConvolutionWidth, options.StandardizeRows, options.ElementBins));
        Assert.AreEqual(PositionalEncoding.Learned, options.PositionalEncoding);
        Assert.AreEqual((new TrainingAugmentation { Mixup = 0.2 }, 0.98, 1),
            (options.Training.Augmentation, options.Training.AverageDecay, options.Training.NumberOfModels));
    }

    [TestMethod]
    public void PlaceForTables_BecomesBinsAndNoPositions()
    {
        var options = AttentionSearchSpace.ForTables().At([0, 0, 0, 0, 0, 0.9, 0, 0, 0.9, 0.9, 0.9, 0.4, 0.9, 0, 0], Given);

        Assert.AreEqual((null, null, false, 8),
            (options.MaximumPatches, options.ConvolutionWidth, options.StandardizeRows, options.ElementBins));
        Assert.AreEqual((AttentionPooling.Class, PositionalEncoding.None), (options.Pooling, options.PositionalEncoding));
    }

    [TestMethod]
    public void NumberOfModels_IsAChoiceWhereItIsOne()
    {
        var space = new AttentionSearchSpace { NumberOfModels = [1, 3] };

        Assert.AreEqual(3, space.At([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5], Given).Training.NumberOfModels);
    }

    /// <summary>Every choice of a space with every other, with what such rows need: each is a stage.</summary>
    [TestMethod]
    public void EveryCombinationForSeriesAndForTables_IsAStage()
    {
        var given = new MultiHeadAttentionOptions { OutputColumnName = "F", LabelColumnName = "Label" };
        var random = new Random(1);
        foreach (var (space, options) in new[] { (AttentionSearchSpace.ForSeries(), given),
            (AttentionSearchSpace.ForTables(), given with { TokenPerElement = true }) })
            for (var i = 0; i < 500; i++)
            {
                double[] point = [.. Enumerable.Range(0, AttentionSearchSpace.Dimensions).Select(_ => random.NextDouble())];
                OptionsValidation.Check(space.At(point, options));
            }
    }

    [TestMethod]
    public void EmptyListOrNoRange_LeavesTheOptionAsGiven()
    {
        var nothing = new AttentionSearchSpace
        {
            NumberOfHeads = [],
            ModelDimension = [],
            Block = [],
            NumberOfLayers = [],
            Pooling = [],
            PositionalEncoding = [],
            LearningRate = null,
            Dropout = null,
        };

        Assert.AreEqual(Given, nothing.At(new double[AttentionSearchSpace.Dimensions], Given));
    }

    [TestMethod]
    public void Equality_IsByContent()
    {
        Assert.AreEqual(new AttentionSearchSpace(), new AttentionSearchSpace() with { NumberOfHeads = [2, 4, 8] });
        Assert.AreNotEqual(new AttentionSearchSpace(), new AttentionSearchSpace() with { NumberOfHeads = [2, 4] });
    }

    [TestMethod]
    public void LogarithmicRange_HasItsGeometricMeanInTheMiddle()
    {
        Assert.AreEqual(0.01, new AttentionSearchRange(0.001, 0.1, IsLogarithmic: true).At(0.5), 1e-15);
        Assert.AreEqual(0.0505, new AttentionSearchRange(0.001, 0.1).At(0.5), 1e-15);
    }

    [TestMethod]
    [DataRow(0.3, 0.1, false, "The search space of Dropout is 0.3 to 0.1: it must have finite ends, the first not above the second.")]
    [DataRow(0.0, double.NaN, false, "The search space of Dropout is 0 to NaN: it must have finite ends, the first not above the second.")]
    [DataRow(0.0, 0.1, true, "The search space of Dropout is 0 to 0.1: it is logarithmic, and must begin above 0.")]
    public void RangeWithoutNumbers_IsAnErrorThatNamesTheOption(double minimum, double maximum, bool isLogarithmic, string message)
    {
        var space = new AttentionSearchSpace { Dropout = new(minimum, maximum, isLogarithmic) };

        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(space.Check).Message);
    }
}
