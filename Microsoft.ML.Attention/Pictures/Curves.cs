using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>Values along an axis, such as accuracy against the share of heads that are silenced: a line for each row of them, with a band
/// as wide as their spread.</summary>
/// <remarks>The values' axis begins at 0, or at the least of them when that is below.</remarks>
public sealed class Curves : AttentionPicture
{
    readonly string _axis;
    readonly IReadOnlyList<Curve> _curves;

    /// <summary>These curves, up to four.</summary>
    /// <param name="title">What the values are, and their unit.</param>
    /// <param name="axis">What the axis below them is.</param>
    /// <param name="curves">The curves; each is told by its name and its colour.</param>
    /// <exception cref="ArgumentException">There are more than four curves, none of them has a value that is a number,
    /// or a spread is negative.</exception>
    public Curves(string title, string axis, params IReadOnlyList<Curve> curves) : base(title)
    {
        ArgumentNullException.ThrowIfNull(axis);
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count > LineChart.MostCurves)
            throw new ArgumentException($"There are {curves.Count} curves for '{title}', but a picture tells {LineChart.MostCurves} "
                + "apart at most.", nameof(curves));
        if (!curves.SelectMany(curve => curve.Points).Any(LineChart.IsDrawn))
            throw new ArgumentException($"The {curves.Count} curves for '{title}' have no value that is a number, but a picture needs "
                + "one at least.", nameof(curves));
        if (curves.FirstOrDefault(curve => curve.Points.Any(point => point.Spread < 0)) is { } negative)
            throw new ArgumentException($"The curve '{negative.Name}' has a negative spread.", nameof(curves));
        (_axis, _curves) = (axis, [.. curves.Select(curve => curve with { Points = [.. curve.Points] })]);
    }

    /// <inheritdoc/>
    public override string ToSvg() => new LineChart(Title, _axis, _curves).ToSvg();
}
