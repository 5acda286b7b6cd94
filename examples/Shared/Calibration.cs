namespace Examples;

/// <summary>Whether probabilities mean what they say: of predictions that are made with 0.8, eight of ten are to be right.</summary>
static class Calibration
{
    /// <summary>Bins of equal width, as Guo et al. 2017 have them.</summary>
    const int Bins = 15;

    /// <summary>The expected calibration error: how far the share that is right is from the mean probability, bin by bin, each bin counting
    /// as many times as it has predictions. Guo et al. 2017, equation 3.</summary>
    public static double Error(IReadOnlyCollection<Judged> predictions) => predictions
        .GroupBy(prediction => Math.Min((int)(prediction.Confidence * Bins), Bins - 1))
        .Sum(bin => Math.Abs(bin.Sum(prediction => (prediction.IsRight ? 1 : 0) - prediction.Confidence))) / predictions.Count;
}
