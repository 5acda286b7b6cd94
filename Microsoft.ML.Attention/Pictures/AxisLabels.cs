namespace Microsoft.ML.Attention.Pictures;

/// <summary>What stands along a map: the tokens, queries at its left and keys slanted above it; or their positions,
/// as many as there is room for.</summary>
sealed class AxisLabels
{
    const double Slant = -45, Distance = 6, RoomOfPosition = 24;

    readonly IReadOnlyList<(int Position, string Text)> _queries, _keys;
    readonly double _cell, _fontSize, _slant;

    public AxisLabels(IReadOnlyList<string>? queryTokens, IReadOnlyList<string>? keyTokens, int queries, int keys, double cell)
    {
        (_queries, _keys) = (Labels(queryTokens, queries, cell), Labels(keyTokens, keys, cell));
        (_cell, _fontSize, _slant) = (cell, Math.Clamp(cell - 1, 9, 12), keyTokens is null ? 0 : Slant);
        var slanted = Widest(_keys) * Math.Sin(double.DegreesToRadians(-_slant));
        Left = Math.Ceiling(Widest(_queries) + Distance);
        Top = Math.Ceiling(slanted + Distance + _fontSize / 2);
        Right = Math.Ceiling(slanted + Distance);
    }

    /// <summary>The room that they need.</summary>
    public double Left { get; }

    /// <inheritdoc cref="Left"/>
    public double Top { get; }

    /// <inheritdoc cref="Left"/>
    public double Right { get; }

    public void DrawQueries(SvgDrawing drawing, double x, double y)
    {
        foreach (var (position, text) in _queries)
            drawing.Text(x - Distance, y + (position + 0.5) * _cell + _fontSize * 0.35, text, _fontSize, "ink", "end");
    }

    public void DrawKeys(SvgDrawing drawing, double x, double y)
    {
        foreach (var (position, text) in _keys)
        {
            if (_slant == 0)
                drawing.Text(x + (position + 0.5) * _cell, y - Distance, text, _fontSize, "ink", "middle");
            else
                drawing.Text(x + (position + 0.5) * _cell + _fontSize * 0.25, y - Distance, text, _fontSize, "ink", rotation: _slant);
        }
    }

    double Widest(IReadOnlyList<(int Position, string Text)> labels) => labels.Max(label => TokenText.Width(label.Text, _fontSize));

    static IReadOnlyList<(int, string)> Labels(IReadOnlyList<string>? tokens, int count, double cell)
    {
        var step = tokens is null ? AxisTicks.WholeStep(RoomOfPosition / cell) : 1;
        return [.. from position in Enumerable.Range(0, count)
            where position % step == 0 select (position, tokens is null ? $"{position}" : TokenText.Label(tokens[position]))];
    }
}
