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
            AttentionPooling.Attention], space.Pooling);
        Assert.AreSequenceEqual([PositionalEncoding.None, PositionalEncoding.Sinusoidal, PositionalEncoding.Rotary,
            PositionalEncoding.Alibi], space.PositionalEncoding);
        Assert.AreEqual(new AttentionSearchRange(0.0005, 0.01, IsLogarithmic: true), space.LearningRate);
        Assert.AreEqual(new AttentionSearchRange(0, 0.3), space.Dropout);
    }

    [TestMethod]
    public void Place_BecomesOneOfTheChoicesForEachOption()
    {
        var options = new AttentionSearchSpace().At([0.34, 0.99, 0.5, 0, 0.8, 0.49, 0, 0.5], Given);

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
