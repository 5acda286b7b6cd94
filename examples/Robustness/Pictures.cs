using Microsoft.ML.Attention;
using ScottPlot;

namespace Robustness;

/// <summary>The curves as pictures: drawn by the library, and by ScottPlot for those who need pixels.</summary>
static class Pictures
{
    public static void Write(string folder, string file, string axis, params Curve[] curves)
    {
        Directory.CreateDirectory(folder);
        new Curves("Accuracy", axis, curves).SaveSvg(Path.Combine(folder, $"{file}.svg"));
        Plot(axis, curves).SavePng(Path.Combine(folder, $"{file}.png"), width: 800, height: 450);
    }

    static Plot Plot(string axis, Curve[] curves)
    {
        var plot = new Plot();
        foreach (var curve in curves)
        {
            double[] xs = [.. curve.Points.Select(p => p.X)], ys = [.. curve.Points.Select(p => p.Y)];
            var line = plot.Add.ScatterLine(xs, ys);
            line.LegendText = curve.Name;
            var band = plot.Add.FillY(xs, [.. curve.Points.Select(p => p.Y - p.Spread)], [.. curve.Points.Select(p => p.Y + p.Spread)]);
            (band.FillColor, band.LineWidth) = (line.Color.WithAlpha(0.15), 0);
        }
        plot.Axes.SetLimitsY(0, 1);
        plot.Title("Accuracy");
        plot.XLabel(axis);
        plot.ShowLegend(Alignment.LowerLeft);
        return plot;
    }
}
