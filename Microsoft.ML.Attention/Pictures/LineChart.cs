using System.Globalization;

namespace Microsoft.ML.Attention.Pictures;

/// <summary>Curves over one axis, each named where it ends; the axis of their values begins at 0, or below when a value does.</summary>
/// <param name="title">What the values are.</param>
/// <param name="axis">What the axis below them is.</param>
/// <param name="curves">At least one of them has a value that is a number.</param>
sealed class LineChart(string title, string axis, IReadOnlyList<Curve> curves)
{
    const double Margin = 24, PlotWidth = 640, PlotHeight = 280, FontSize = 12, DotRadius = 3, RoomOfDot = 16, RoomOfName = 16;

    /// <summary>A colour each.</summary>
    static readonly string[] Styles = ["a", "b", "c", "d"];

    public static int MostCurves => Styles.Length;

    /// <summary>A position on the axis that is marked, and how; null for none.</summary>
    public (double X, string Text)? Mark { get; init; }

    public static bool IsDrawn((double X, double Y, double Spread) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    public string ToSvg()
    {
        var drawing = new SvgDrawing();
        (double X, double Y, double Spread)[] all = [.. curves.SelectMany(curve => curve.Points).Where(IsDrawn)];
        double[] positions = [.. curves.SelectMany(curve => curve.Points).Select(point => point.X).Where(double.IsFinite)];
        var (first, last) = (positions.Min(), positions.Max());
        var ticks = AxisTicks.Of(Math.Min(0, all.Min(point => point.Y - point.Spread)), all.Max(point => point.Y + point.Spread), most: 6);
        var (left, top) = (Margin + ticks.Max(tick => TokenText.Width(Written(tick), FontSize)) + 10, Margin + 44);
        double X(double x) => left + (last == first ? 0.5 : (x - first) / (last - first)) * PlotWidth;
        double Y(double y) => top + PlotHeight * (1 - (y - ticks[0]) / (ticks[^1] - ticks[0]));

        var titleEnd = drawing.Heading(Margin, Margin, title);
        foreach (var tick in ticks)
        {
            drawing.Line([(left, Y(tick)), (left + PlotWidth, Y(tick))], tick == ticks[0] ? "axis" : "grid");
            drawing.Text(left - 8, Y(tick) + 4, Written(tick), FontSize, "ink soft", "end");
        }
        var areWhole = positions.All(x => x == Math.Floor(x));
        foreach (var x in AxisTicks.Of(first, last, most: 10).Where(x => x >= first && x <= last && !(areWhole && x != Math.Floor(x)))
            .Append(first).Distinct())
            drawing.Text(X(x), top + PlotHeight + 18, Written(x), FontSize, "ink soft", "middle");
        drawing.Text(left + PlotWidth / 2, top + PlotHeight + 38, axis, FontSize, "ink soft", "middle");

        if (Mark is { } mark)
        {
            var rightHalf = mark.X > first + (last - first) * 0.75;
            drawing.Line([(X(mark.X), top), (X(mark.X), top + PlotHeight)], "mark");
            drawing.Text(X(mark.X) + (rightHalf ? -6 : 6), top + 12, mark.Text, FontSize, "ink soft", rightHalf ? "end" : "start");
        }
        var nameX = left + PlotWidth + 12;
        var nameYs = NameYs(Y);
        foreach (var (curve, style) in curves.Zip(Styles))
        {
            DrawCurve(drawing, curve, style, X, Y);
            if (nameYs.TryGetValue(curve, out var y))
                drawing.Text(nameX, y + 4, curve.Name, FontSize, $"strong name-{style}");
        }
        return drawing.Finish(Math.Ceiling(Math.Max(nameX + curves.Max(curve => TokenText.Width(curve.Name, FontSize)), titleEnd)) + Margin,
            top + PlotHeight + 46 + Margin, title);
    }

    void DrawCurve(SvgDrawing drawing, Curve curve, string style, Func<double, double> x, Func<double, double> y)
    {
        (double X, double Y, double Spread)[] points = [.. curve.Points.Where(IsDrawn)];
        if (points.Any(point => point.Spread > 0))
            drawing.Area([.. points.Select(p => (x(p.X), y(p.Y + p.Spread))), .. points.Reverse().Select(p => (x(p.X), y(p.Y - p.Spread)))],
                $"band name-{style}");
        drawing.Line(points.Select(p => (x(p.X), y(p.Y))), $"line {style}");
        foreach (var p in points)
            drawing.Dot(x(p.X), y(p.Y), DotRadius, PlotWidth / curve.Points.Count >= RoomOfDot ? $"dot {style}" : $"dot quiet {style}",
                string.Create(CultureInfo.InvariantCulture,
                    $"{axis} {p.X}, {curve.Name}: {p.Y}{(p.Spread > 0 ? string.Create(CultureInfo.InvariantCulture, $" ± {p.Spread}") : "")}"));
    }

    /// <summary>Each curve is named where it ends; one whose name would lie on another's has it below that.</summary>
    Dictionary<Curve, double> NameYs(Func<double, double> y)
    {
        var (positions, last) = (new Dictionary<Curve, double>(ReferenceEqualityComparer.Instance), double.NegativeInfinity);
        foreach (var (end, curve) in curves.Where(curve => curve.Points.Any(IsDrawn))
            .Select(curve => (y(curve.Points.Last(IsDrawn).Y), curve)).OrderBy(named => named.Item1))
            positions[curve] = last = Math.Max(end, last + RoomOfName);
        return positions;
    }

    static string Written(double tick) => tick.ToString("0.######", CultureInfo.InvariantCulture);
}
