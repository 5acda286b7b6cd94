using System.Globalization;
using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>How learning went: the loss of each epoch, and the loss on the rows kept out where there were some.</summary>
/// <remarks>The loss while learning is measured with dropout, the other without: the first may well be the larger. An epoch whose loss is not a number is left out.</remarks>
public sealed class TrainingCurves : AttentionPicture
{
    const double Margin = 24, PlotWidth = 640, PlotHeight = 280, FontSize = 12, DotRadius = 3, RoomOfDot = 16;

    readonly TrainingReport _report;

    /// <summary>The curves of a report, such as <see cref="MultiHeadAttentionTransformer.Training"/>.</summary>
    /// <param name="report">What Fit did.</param>
    /// <exception cref="ArgumentException">The report has no losses.</exception>
    public TrainingCurves(TrainingReport report) : base("Loss of each epoch")
    {
        ArgumentNullException.ThrowIfNull(report);
        if (!report.Losses.Concat(report.ValidationLosses).Any(double.IsFinite))
            throw new ArgumentException($"The report has the losses of {report.Losses.Count} epochs, but a picture needs one at least that is a number.", nameof(report));
        _report = report;
    }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        var drawing = new SvgDrawing();
        var losses = _report.Losses.Concat(_report.ValidationLosses).Where(double.IsFinite);
        var ticks = AxisTicks.Of(Math.Min(0, losses.Min()), losses.Max(), most: 6);
        var epochs = Math.Max(_report.Losses.Count, _report.ValidationLosses.Count);
        var (left, top) = (Margin + ticks.Max(tick => TokenText.Width(Written(tick), FontSize)) + 10, Margin + 44);
        double X(double epoch) => left + (epochs == 1 ? 0.5 : (epoch - 1) / (epochs - 1)) * PlotWidth;
        double Y(double loss) => top + PlotHeight * (1 - (loss - ticks[0]) / (ticks[^1] - ticks[0]));

        drawing.Text(Margin, Margin + 12, Title, 16, "ink strong");
        foreach (var tick in ticks)
        {
            drawing.Line([(left, Y(tick)), (left + PlotWidth, Y(tick))], tick == ticks[0] ? "axis" : "grid");
            drawing.Text(left - 8, Y(tick) + 4, Written(tick), FontSize, "ink soft", "end");
        }
        foreach (var epoch in AxisTicks.Of(1, epochs, most: 10).Where(epoch => epoch >= 1 && epoch <= epochs && epoch == Math.Floor(epoch)).Append(1).Distinct())
            drawing.Text(X(epoch), top + PlotHeight + 18, Written(epoch), FontSize, "ink soft", "middle");
        drawing.Text(left + PlotWidth / 2, top + PlotHeight + 38, "epoch", FontSize, "ink soft", "middle");

        if (_report.BestEpoch >= 1 && _report.BestEpoch <= epochs)
        {
            var rightHalf = _report.BestEpoch > epochs * 0.75;
            drawing.Line([(X(_report.BestEpoch), top), (X(_report.BestEpoch), top + PlotHeight)], "mark");
            drawing.Text(X(_report.BestEpoch) + (rightHalf ? -6 : 6), top + 12, $"kept: epoch {_report.BestEpoch}", FontSize, "ink soft", rightHalf ? "end" : "start");
        }
        var nameX = left + PlotWidth + 12;
        var (learned, kept) = (NameY(_report.Losses, Y), NameY(_report.ValidationLosses, Y));
        if (learned is { } a && kept is { } b && Math.Abs(a - b) < 16)   // names that would lie on each other move apart
            (learned, kept) = a <= b ? ((a + b) / 2 - 8, (a + b) / 2 + 8) : ((a + b) / 2 + 8, (a + b) / 2 - 8);
        DrawCurve("learning", "a", _report.Losses, learned);
        DrawCurve("validation", "b", _report.ValidationLosses, kept);
        return drawing.Finish(nameX + TokenText.Width("validation", FontSize) + Margin, top + PlotHeight + 46 + Margin, Title);

        void DrawCurve(string name, string style, IReadOnlyList<double> curve, double? nameY)
        {
            var points = curve.Select((loss, i) => (Epoch: i + 1, Loss: loss)).Where(point => double.IsFinite(point.Loss)).ToArray();
            drawing.Line(points.Select(point => (X(point.Epoch), Y(point.Loss))), $"line {style}");
            foreach (var (epoch, loss) in points)
                drawing.Dot(X(epoch), Y(loss), DotRadius, PlotWidth / epochs >= RoomOfDot ? $"dot {style}" : $"dot quiet {style}", string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}, {name}: {loss}"));
            if (nameY is { } y)
                drawing.Text(nameX, y + 4, name, FontSize, $"strong name-{style}");
        }
    }

    /// <summary>A curve is named where it ends.</summary>
    static double? NameY(IReadOnlyList<double> curve, Func<double, double> y) => curve.Any(double.IsFinite) ? y(curve.Last(double.IsFinite)) : null;

    static string Written(double tick) => tick.ToString("0.######", CultureInfo.InvariantCulture);
}
