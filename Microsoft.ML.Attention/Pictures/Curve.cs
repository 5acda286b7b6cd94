namespace Microsoft.ML.Attention;

/// <summary>One of <see cref="Curves"/>.</summary>
/// <param name="Name">What it is called, where it ends.</param>
/// <param name="Points">From left to right: a position on the axis, the value there, and how far values spread above and below it, 0 for
/// not at all. A value that is not a number is left out.</param>
public sealed record Curve(string Name, IReadOnlyList<(double X, double Y, double Spread)> Points);
