using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>How learning went: the loss of each epoch, and the loss on the rows kept out where there were some.</summary>
/// <remarks>The loss while learning is measured with dropout, the other without: the first may well be the larger. An epoch whose loss is
/// not a number is left out.</remarks>
public sealed class TrainingCurves : AttentionPicture
{
    readonly TrainingReport _report;

    /// <summary>The curves of a report, such as <see cref="MultiHeadAttentionTransformer.Training"/>.</summary>
    /// <param name="report">What Fit did.</param>
    /// <exception cref="ArgumentException">The report has no losses.</exception>
    public TrainingCurves(TrainingReport report) : base("Loss of each epoch")
    {
        ArgumentNullException.ThrowIfNull(report);
        if (!report.Losses.Concat(report.ValidationLosses).Any(double.IsFinite))
            throw new ArgumentException($"The report has the losses of {report.Losses.Count} epochs, but a picture needs one at least "
                + "that is a number.", nameof(report));
        _report = report;
    }

    /// <inheritdoc/>
    public override string ToSvg() =>
        new LineChart(Title, "epoch", [Named("learning", _report.Losses), Named("validation", _report.ValidationLosses)])
        {
            Mark = _report.BestEpoch >= 1 ? (_report.BestEpoch, $"kept: epoch {_report.BestEpoch}") : null,
        }.ToSvg();

    static Curve Named(string name, IReadOnlyList<double> losses) => new(name, [.. losses.Select((loss, i) => (i + 1.0, loss, 0.0))]);
}
