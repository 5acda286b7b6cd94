namespace Microsoft.ML.Attention.Training;

/// <summary>The learning rate over the course of training.</summary>
static class LearningRate
{
    /// <param name="options">The largest rate, the share of warm-up, the schedule after it.</param>
    /// <param name="progress">The share of training that is done, 0 to 1.</param>
    public static double At(TrainingOptions options, double progress)
    {
        if (progress < options.WarmupFraction)
            return options.LearningRate * progress / options.WarmupFraction;
        var rest = (progress - options.WarmupFraction) / (1 - options.WarmupFraction);
        return options.Schedule == LearningRateSchedule.Constant
            ? options.LearningRate
            : options.LearningRate * (1 + Math.Cos(Math.PI * Math.Min(rest, 1))) / 2;
    }
}
