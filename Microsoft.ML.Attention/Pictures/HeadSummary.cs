using System.Globalization;
using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>A number of each head as a layer-by-head heat map: a row a layer, a column a head. Heads that are not there,
/// such as pruned ones, are gaps.</summary>
/// <remarks>Its colours go from 0, or the least value when that is below, to the largest. NaN is drawn as a gap too,
/// and says so under the pointer.</remarks>
public sealed class HeadSummary : AttentionPicture
{
    const double Margin = 24, Cell = 46, Space = 2, Radius = 4, FontSize = 11;

    /// <summary>Layers of more heads are broken into several lines.</summary>
    const int MostInALine = 24;

    readonly Dictionary<(int Layer, int Head), double> _values = [];

    /// <summary>The heat map of these values.</summary>
    /// <param name="title">What is shown, and its unit.</param>
    /// <param name="values">The value of each head; layers and heads count from 0, and each head is there once at most.</param>
    /// <exception cref="ArgumentException">There are no values, or two of one head, or a layer or a head is negative.</exception>
    public HeadSummary(string title, IEnumerable<(int Layer, int Head, double Value)> values) : base(title)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (layer, head, value) in values)
        {
            if (layer < 0 || head < 0)
                throw new ArgumentException($"There is a value of layer {layer}, head {head}, but layers and heads count from 0.",
                    nameof(values));
            if (!_values.TryAdd((layer, head), value))
                throw new ArgumentException($"There are two values of layer {layer}, head {head}.", nameof(values));
        }
        if (_values.Count == 0)
            throw new ArgumentException($"There are no values for '{title}'.", nameof(values));
    }

    /// <summary>The heat map of one statistic of a head analysis: <c>new HeadSummary("Entropy, nats", analysis,
    /// head => head.Entropy)</c>.</summary>
    /// <param name="title">What is shown, and its unit.</param>
    /// <param name="heads">The heads, such as a <see cref="HeadAnalysis"/>.</param>
    /// <param name="statistic">The value of a head; null, for one that was not asked for, is drawn as NaN.</param>
    /// <exception cref="ArgumentException">There are no heads, or one is there twice.</exception>
    public HeadSummary(string title, IEnumerable<HeadStatistics> heads, Func<HeadStatistics, double?> statistic)
        : this(title, (heads ?? throw new ArgumentNullException(nameof(heads))).Select(head =>
            (head.Layer, head.Head, statistic(head) ?? double.NaN)))
    {
    }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        var drawing = new SvgDrawing();
        var (layers, heads) = (_values.Keys.Max(at => at.Layer) + 1, _values.Keys.Max(at => at.Head) + 1);
        var finite = _values.Values.Where(double.IsFinite).DefaultIfEmpty(0);
        var (least, most) = (Math.Min(0, finite.Min()), finite.Max());
        var format = ShortFormat(Math.Max(-least, most));
        var (inALine, lines) = (Math.Min(heads, MostInALine), (heads + MostInALine - 1) / MostInALine);
        var (left, top) = (Math.Ceiling(Margin + TokenText.Width(LineName(layers, lines - 1, lines), FontSize)) + 8, Margin + 58);

        for (var position = 0; position < inALine; position++)
            drawing.Text(left + (position + 0.5) * Cell, top - 6, $"{position}", FontSize, "ink soft", "middle");
        drawing.Text(left - 8, top - 6, "head", FontSize, "ink soft", "end");
        for (var layer = 0; layer < layers; layer++)
        {
            for (var line = 0; line < lines; line++)
                drawing.Text(left - 8, top + (layer * lines + line + 0.5) * Cell + 4, LineName(layer, line, lines), FontSize,
                    "ink soft", "end");
            for (var head = 0; head < heads; head++)
                DrawHead(drawing, layer, head, left + head % inALine * Cell, top + (layer * lines + head / inALine) * Cell, least,
                    most, format);
        }
        var right = drawing.Heading(Margin, Margin, Title, left + inALine * Cell + Margin, Short(least, format), Short(most, format));
        return drawing.Finish(right, top + layers * lines * Cell + Margin, Title);
    }

    void DrawHead(SvgDrawing drawing, int layer, int head, double x, double y, double least, double most, string format)
    {
        const double Side = Cell - Space;
        var at = $"layer {layer}, head {head}";
        if (!_values.TryGetValue((layer, head), out var value) || !double.IsFinite(value))
        {
            drawing.Frame(x + 0.5, y + 0.5, Side - 1, Side - 1, "gap",
                _values.ContainsKey((layer, head)) ? Exact(at, value) : $"{at}: not there");
            return;
        }
        var level = ColorScale.Level(value, least, most);
        drawing.Cell(x, y, Side, Side, level, Exact(at, value), Radius);
        drawing.CellText(x + Side / 2, y + Side / 2 + 4, Short(value, format), FontSize, level);
    }

    static string Exact(string at, double value) => string.Create(CultureInfo.InvariantCulture, $"{at}: {value}");

    /// <summary>As in <c>layer 0</c>; or <c>layer 0, 24 +</c>, to which a position is added.</summary>
    static string LineName(int layer, int line, int lines) => lines == 1 ? $"layer {layer}" : $"layer {layer}, {line * MostInALine} +";

    static string Short(double value, string format) => value == 0 ? "0" : value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>As many digits as a cell has room for, and all cells of a picture after the point as many as the largest needs
    /// to have two that tell.</summary>
    static string ShortFormat(double largest) => largest switch
    {
        >= 0.001 and < 0.01 => "0.0000",
        >= 0.01 and < 0.1 => "0.000",
        >= 0.1 and < 100 => "0.00",
        >= 100 and < 100_000 => "0",
        _ => "0.#E+0",
    };
}
