using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.Attention.Pictures;

/// <summary>An SVG document under way, in units of a screen's pixel.</summary>
/// <remarks>Attributes have the colours of a light page, for readers of SVG that know no style sheets' media;
/// the style sheet has those of a dark one.</remarks>
sealed class SvgDrawing
{
    const string Font = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif";

    const double LegendWidth = 128, LegendSize = 11, LegendApart = 6;

    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static readonly Rgb Black = new(0, 0, 0), White = new(255, 255, 255);

    readonly List<XElement> _shapes = [];
    readonly SortedSet<int> _levels = [];
    readonly SortedSet<int> _labelledLevels = [];
    bool _hasMaps;

    /// <summary>Black or white, whichever is read better on a colour: one of them has a contrast above 4.5 with any.</summary>
    public static Rgb InkOn(Rgb color) => color.ContrastWith(Black) >= color.ContrastWith(White) ? Black : White;

    /// <summary>A rectangle in the colour of a level.</summary>
    public void Cell(double x, double y, double width, double height, int level, string tip, double radius = 0)
    {
        _levels.Add(level);
        var cell = Shape("rect", $"cell s{level}", x, y, width, height, tip);
        cell.Add(new XAttribute("fill", ColorScale.OnLight[level].ToString()));
        if (radius > 0)
            cell.Add(new XAttribute("rx", Round(radius)));
    }

    /// <summary>Text within a cell of a level.</summary>
    public void CellText(double x, double y, string text, double size, int level)
    {
        _labelledLevels.Add(level);
        Text(x, y, text, size, $"k{level}", "middle").Add(new XAttribute("fill", InkOn(ColorScale.OnLight[level]).ToString()));
    }

    /// <summary>A rectangle that is only an outline, such as a place without a value.</summary>
    public void Frame(double x, double y, double width, double height, string style, string? tip = null) =>
        Shape("rect", style, x, y, width, height, tip);

    /// <summary>A picture of levels, row-major; null is transparent.</summary>
    public void Map(double x, double y, double width, double height, int columns, int rows, Func<int, int?> level, string tip)
    {
        _hasMaps = true;
        var png = GrayPng.Encode(columns, rows, i => (byte?)level(i));
        var image = Shape("image", "map", x, y, width, height, tip);
        image.Add(new XAttribute("preserveAspectRatio", "none"),
            new XAttribute("href", $"data:image/png;base64,{Convert.ToBase64String(png)}"));
    }

    public XElement Text(double x, double y, string text, double size, string style, string anchor = "start", double rotation = 0)
    {
        var element = new XElement(Svg + "text", new XAttribute("class", style), new XAttribute("x", Round(x)),
            new XAttribute("y", Round(y)),
            new XAttribute("font-size", Round(size)), new XAttribute("text-anchor", anchor), TokenText.Writable(text));
        if (rotation != 0)
            element.Add(new XAttribute("transform", $"rotate({Round(rotation)} {Round(x)} {Round(y)})"));
        _shapes.Add(element);
        return element;
    }

    /// <summary>A line through points.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string style) => Through("polyline", points, style);

    /// <summary>What a line through points encloses.</summary>
    public void Area(IEnumerable<(double X, double Y)> points, string style) => Through("polygon", points, style);

    public void Dot(double x, double y, double radius, string style, string tip) =>
        _shapes.Add(new XElement(Svg + "circle", new XAttribute("class", style), new XAttribute("cx", Round(x)),
            new XAttribute("cy", Round(y)), new XAttribute("r", Round(radius)), new XElement(Svg + "title", TokenText.Writable(tip))));

    /// <summary>What stands above a picture, its first line at this height.</summary>
    /// <returns>Where it ends: about, and rather too far than too near, as fonts differ.</returns>
    public double Heading(double x, double y, string title)
    {
        const double Size = 16, Strong = 1.2;   // how much wider strong letters are than others, in the widest of the fonts
        Text(x, y + 12, title, Size, "ink strong");
        return x + TokenText.Width(title, Size) * Strong;
    }

    /// <summary>The same, and at the right the scale as a bar, with what its ends mean.</summary>
    /// <param name="x">Where it begins, and how far from the right end of the drawing the scale stays.</param>
    /// <param name="y">Its height.</param>
    /// <param name="title">What stands above the picture.</param>
    /// <param name="right">The right end of the drawing, as far as the rest of it goes.</param>
    /// <param name="least">What the scale begins with.</param>
    /// <param name="most">What it ends with.</param>
    /// <returns>The right end of the drawing; further than it was where there is no room for the title and the scale
    /// beside each other.</returns>
    public double Heading(double x, double y, string title, double right, string least, string most)
    {
        const double Apart = 24;
        var end =
            Math.Ceiling(Math.Max(right - x, Heading(x, y, title) + Apart + TokenText.Width(least, LegendSize) + LegendWidth
                + TokenText.Width(most, LegendSize) + 2 * LegendApart));
        Legend(end, y + 2, least, most);
        return end + x;
    }

    void Legend(double right, double y, string least, string most)
    {
        const int Steps = 64;
        const double Width = LegendWidth, Height = 10;
        var end = Math.Floor(right - TokenText.Width(most, LegendSize) - LegendApart);
        for (var step = 0; step < Steps; step++)
        {
            var level = step * (ColorScale.Levels - 1) / (Steps - 1);
            _levels.Add(level);
            Shape("rect", $"legend s{level}", end - Width + step * (Width / Steps), y, Width / Steps, Height, null)
                .Add(new XAttribute("fill", ColorScale.OnLight[level].ToString()));
        }
        Frame(end - Width - 0.5, y - 0.5, Width + 1, Height + 1, "frame");
        Text(end - Width - LegendApart, y + 9, least, LegendSize, "ink soft", "end");
        Text(end + LegendApart, y + 9, most, LegendSize, "ink soft");
    }

    public string Finish(double width, double height, string title)
    {
        var size = $"0 0 {Round(width)} {Round(height)}";
        var root = new XElement(Svg + "svg", new XAttribute("viewBox", size), new XAttribute("width", Round(width)),
            new XAttribute("height", Round(height)), new XAttribute("class", "picture"),
            new XAttribute("role", "img"), new XAttribute("aria-label", TokenText.Writable(title)), new XAttribute("font-family", Font),
            new XElement(Svg + "style", StyleSheet()),
            _hasMaps ? new XElement(Svg + "defs", Recoloring("on-light", ColorScale.OnLight),
                Recoloring("on-dark", ColorScale.OnDark)) : null,
            new XElement(Svg + "rect", new XAttribute("class", "paper"), new XAttribute("width", "100%"), new XAttribute("height", "100%"),
                new XAttribute("fill", "#ffffff")),
            _shapes);
        return root.ToString(SaveOptions.DisableFormatting);
    }

    void Through(string name, IEnumerable<(double X, double Y)> points, string style) =>
        _shapes.Add(new XElement(Svg + name, new XAttribute("class", style),
            new XAttribute("points", string.Join(' ', points.Select(p => $"{Round(p.X)},{Round(p.Y)}")))));

    XElement Shape(string name, string style, double x, double y, double width, double height, string? tip)
    {
        var shape = new XElement(Svg + name, new XAttribute("class", style), new XAttribute("x", Round(x)), new XAttribute("y", Round(y)),
            new XAttribute("width", Round(width)), new XAttribute("height", Round(height)));
        if (tip is not null)
            shape.Add(new XElement(Svg + "title", TokenText.Writable(tip)));
        _shapes.Add(shape);
        return shape;
    }

    /// <summary>Gives each shade of gray, a level, its colour; a quarter of a byte's step above it,
    /// as some readers of SVG round and others cut off.</summary>
    static XElement Recoloring(string id, IReadOnlyList<Rgb> scale)
    {
        XElement Channel(string name, Func<Rgb, byte> part) => new(Svg + name, new XAttribute("type", "table"),
            new XAttribute("tableValues",
                string.Join(' ', scale.Select(color =>
                    Math.Min(1, (part(color) + 0.25) / 255).ToString("0.####", CultureInfo.InvariantCulture)))));
        return new XElement(Svg + "filter", new XAttribute("id", id), new XAttribute("color-interpolation-filters", "sRGB"),
            new XAttribute("x", "0"), new XAttribute("y", "0"), new XAttribute("width", "100%"), new XAttribute("height", "100%"),
            new XElement(Svg + "feComponentTransfer", Channel("feFuncR", c => c.R), Channel("feFuncG", c => c.G),
                Channel("feFuncB", c => c.B)));
    }

    string StyleSheet()
    {
        var style = new StringBuilder("""
            .picture .ink{fill:#1f2933}.picture .soft{fill:#52606d}.picture .strong{font-weight:600}
            .picture .frame{fill:none;stroke:#cbd2d9}.picture .gap{fill:none;stroke:#cbd2d9;stroke-dasharray:2 3}.picture .grid{fill:none;stroke:#e4e7eb}.picture .axis{fill:none;stroke:#9aa5b1}
            .picture .map{filter:url(#on-light);image-rendering:pixelated}.picture .cell,.picture .legend,.picture .frame{shape-rendering:crispEdges}.picture .cell[rx]{shape-rendering:auto}.picture .cell:hover{stroke:#d9480f;stroke-width:1.5}
            .picture .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.picture .mark{fill:none;stroke:#7b8794;stroke-dasharray:4 4}
            .picture .band{opacity:.15}.picture .dot{fill:#fff;stroke-width:1.5}.picture .dot:hover{stroke-width:4}.picture .quiet{opacity:0}.picture .quiet:hover{opacity:1}
            .picture .a{stroke:#1c6ed0}.picture .b{stroke:#c2410c}.picture .c{stroke:#15803d}.picture .d{stroke:#7e22ce}
            .picture .name-a{fill:#1c6ed0}.picture .name-b{fill:#c2410c}.picture .name-c{fill:#15803d}.picture .name-d{fill:#7e22ce}
            @media (prefers-color-scheme:dark){
            .picture .paper{fill:#10141a}.picture .ink{fill:#e6e9ef}.picture .soft{fill:#a3adba}
            .picture .frame,.picture .gap{stroke:#3a4450}.picture .grid{stroke:#232b35}.picture .axis{stroke:#5b6673}
            .picture .map{filter:url(#on-dark)}.picture .cell:hover{stroke:#ffb86b}
            .picture .a{stroke:#6cb4ff}.picture .b{stroke:#ff9d5c}.picture .c{stroke:#4ade80}.picture .d{stroke:#c792ea}.picture .dot{fill:#10141a}
            .picture .name-a{fill:#6cb4ff}.picture .name-b{fill:#ff9d5c}.picture .name-c{fill:#4ade80}.picture .name-d{fill:#c792ea}

            """);
        foreach (var level in _levels)
            style.Append(CultureInfo.InvariantCulture, $".picture .s{level}{{fill:{ColorScale.OnDark[level]}}}");
        foreach (var level in _labelledLevels)
            style.Append(CultureInfo.InvariantCulture, $".picture .k{level}{{fill:{InkOn(ColorScale.OnDark[level])}}}");
        return style.Append('}').ToString();
    }

    static string Round(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
