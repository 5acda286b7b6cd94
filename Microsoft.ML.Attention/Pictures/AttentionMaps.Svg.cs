using System.Globalization;
using Microsoft.ML.Attention.Pictures;

namespace Microsoft.ML.Attention;

/// <summary>The maps as one drawing: a row of them a layer, in several lines where there are many.</summary>
public sealed partial class AttentionMaps
{
    /// <summary>How many weights are drawn as shapes of their own, each with its value; more are one image a head, as shapes would make a
    /// file of tens of megabytes.</summary>
    const int MostCells = 4096;

    const int MostMapsInALine = 12;

    const double Margin = 24, LineWidth = 1150, WidestMap = 720, LargestCell = 34, SmallestNamed = 10, SmallestNumbered = 150, Gap = 12,
        NameHeight = 18;

    /// <inheritdoc/>
    public override string ToSvg()
    {
        var drawing = new SvgDrawing();
        var heads = Layers.Max(layer => layer.Count());
        var inALine = (int)Math.Ceiling(heads / Math.Ceiling((double)heads / MostMapsInALine));
        var cell = CellSize(inALine);
        var (width, height) = (_keys * cell, _queries * cell);
        var labelled = (_queryTokens ?? _keyTokens) is null ? width >= SmallestNumbered : cell >= SmallestNamed;
        var axis = labelled ? new AxisLabels(_queryTokens, _keyTokens, _queries, _keys, cell) : null;
        var layerWidth = Layers.Any(layer => layer.Key is not null) ? Math.Ceiling(TokenText.Width("layer 00", 12)) + 12 : 0;
        var left = Margin + layerWidth + (axis?.Left ?? 0);
        var most = Most;

        var y = Margin + 36;
        foreach (var layer in Layers)
        {
            var first = true;
            foreach (var line in layer.Chunk(inALine))
            {
                var top = y + NameHeight + (first ? axis?.Top ?? 0 : 0);
                if (first && layer.Key is { } number)
                    drawing.Text(Margin, top + height / 2 + 4, $"layer {number}", 12, "ink strong");
                axis?.DrawQueries(drawing, left, top);
                for (var i = 0; i < line.Length; i++)
                {
                    var x = left + i * (width + Gap);
                    if (line[i].Head is { } head)
                        drawing.Text(x, y + 11, $"head {head}", 11, "ink soft");
                    if (first)
                        axis?.DrawKeys(drawing, x, top);
                    Draw(drawing, line[i], x, top, cell, most);
                }
                y = top + height + Gap;
                first = false;
            }
        }
        var right = left + Math.Min(inALine, heads) * (width + Gap) - Gap + Math.Max(axis?.Right ?? 0, Margin);
        right = drawing.Heading(Margin, Margin, Title, right, "0", most.ToString("0.###", CultureInfo.InvariantCulture));
        return drawing.Finish(right, y - Gap + Margin, Title);
    }

    /// <summary>As large as there is room for, and a whole number of pixels where it can be:
    /// maps of few tokens need not be large.</summary>
    double CellSize(int inALine)
    {
        var room = Math.Min(WidestMap, LineWidth / inALine - Gap);
        var size = Math.Min(Math.Min(room / _keys, WidestMap / _queries), LargestCell);
        return size >= 1 ? Math.Floor(size) : size;
    }

    void Draw(SvgDrawing drawing, HeadMap map, double x, double y, double cell, float most)
    {
        var values = map.Weights;
        if (_maps.Count * values.Length > MostCells)
        {
            drawing.Map(x, y, _keys * cell, _queries * cell, _keys, _queries, i =>
                float.IsNaN(values.Span[i]) ? null : ColorScale.Level(values.Span[i], 0, most), TellMost(map));
        }
        else
        {
            for (var i = 0; i < values.Length; i++)
                if (!float.IsNaN(values.Span[i]))
                    drawing.Cell(x + i % _keys * cell, y + i / _keys * cell, cell, cell, ColorScale.Level(values.Span[i], 0, most),
                        Tell(map, i));
        }
        drawing.Frame(x - 0.5, y - 0.5, _keys * cell + 1, _queries * cell + 1, "frame");
    }

    /// <summary>As in <c>head 1: dog (1) → bites (2): 0.4132871</c>.</summary>
    string Tell(HeadMap map, int i) =>
        string.Join(": ",
            new[] { map.Name,
                string.Create(CultureInfo.InvariantCulture,
                    $"{Token(_queryTokens, i / _keys)} → {Token(_keyTokens, i % _keys)}: {map.Weights.Span[i]}") }.Where(part =>
                    part.Length > 0));

    string TellMost(HeadMap map)
    {
        var position = map.Weights.Span.IndexOf(map.Most);
        return position < 0 ? map.Name : $"the largest weight of {Tell(map, position)}";
    }
}
