using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class LearningRateTests
{
    [TestMethod]
    // a tenth of warm-up
    [DataRow(LearningRateSchedule.Constant, 0.1, 0, 0)]
    [DataRow(LearningRateSchedule.Constant, 0.1, 0.05, 0.5)]
    [DataRow(LearningRateSchedule.Constant, 0.1, 0.1, 1)]
    [DataRow(LearningRateSchedule.Constant, 0.1, 1, 1)]
    // the rest is half a cosine: cos 0 = 1, cos 60° = 1/2, cos 90° = 0, cos 180° = -1
    [DataRow(LearningRateSchedule.Cosine, 0.1, 0.05, 0.5)]
    [DataRow(LearningRateSchedule.Cosine, 0.1, 0.1, 1)]
    [DataRow(LearningRateSchedule.Cosine, 0.1, 0.4, 0.75)]
    [DataRow(LearningRateSchedule.Cosine, 0.1, 0.55, 0.5)]
    [DataRow(LearningRateSchedule.Cosine, 0.1, 1, 0)]
    [DataRow(LearningRateSchedule.Cosine, 0, 0, 1)]
    [DataRow(LearningRateSchedule.Cosine, 0, 0.5, 0.5)]
    public void At_AShareOfTraining_IsThatPartOfTheLargestRate(LearningRateSchedule schedule, double warmup, double progress,
        double expected)
    {
        var options = new TrainingOptions { LearningRate = 3, Schedule = schedule, WarmupFraction = warmup };

        Assert.AreEqual(3 * expected, LearningRate.At(options, progress), 1e-12);
    }
}
