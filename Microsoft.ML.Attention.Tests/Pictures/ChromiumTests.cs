using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Pictures;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pictures;

/// <summary>The pictures as a browser shows them.</summary>
[TestClass]
public sealed partial class ChromiumTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Page_ShowsEveryWeightInItsColorAtItsPlace(bool dark) =>
        ShowsTheMap(DrawnMaps.OneHead().SaveHtml, "maps.html", cell: 40, dark);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Drawing_ShowsEveryWeightInItsColorAtItsPlace(bool dark) =>
        ShowsTheMap(DrawnMaps.OneHead().SaveSvg, "maps.svg", cell: 34, dark);

    /// <summary>72 by 72 tokens, one of which has all attention: an image, recoloured.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Image_ShowsTheLargestWeightInTheLastColor(bool dark)
    {
        const int Tokens = 72, Cell = 10, Query = 5, Key = 9;
        var weights = new float[Tokens * Tokens];
        weights[Query * Tokens + Key] = 1;
        var scale = dark ? ColorScale.OnDark : ColorScale.OnLight;
        var shown = Show(new AttentionMaps(new AttentionTensor([Tokens, Tokens], weights)).SaveSvg, "maps.svg", dark);
        var map = shown.LargestPatch($"{scale[0]}");
        Assert.AreEqual(Tokens * Tokens * Cell * Cell - Cell * Cell, map.Area);
        Assert.AreEqual(new Patch(map.X + Key * Cell, map.Y + Query * Cell, Cell, Cell, Cell * Cell), shown.LargestPatch($"{scale[^1]}"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Summary_ShowsHeadsInTheirColorsAndLeavesGaps(bool dark)
    {
        var scale = dark ? ColorScale.OnDark : ColorScale.OnLight;
        var shown = Show(new HeadSummary("Confidence", [(0, 0, 0.5), (0, 1, 1), (1, 1, 0.25)]).SaveSvg, "heads.svg", dark);
        var (half, most, quarter) =
            (shown.LargestPatch($"{scale[128]}"), shown.LargestPatch($"{scale[255]}"), shown.LargestPatch($"{scale[64]}"));
        Assert.AreEqual(half.Y, most.Y, "One layer.");
        Assert.AreEqual(most.X, quarter.X, "One head.");
        Assert.AreEqual(half.X + 46, most.X);
        Assert.AreEqual(most.Y + 46, quarter.Y);
        Assert.AreEqual(dark ? "#10141a" : "#ffffff", shown.At(half.X + 22, quarter.Y + 22), "Where there is no head there is the page.");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Curves_AreShownInTheirColors(bool dark)
    {
        var shown = Show(new TrainingCurves(new() { Losses = [2, 2], ValidationLosses = [1, 1] }).SaveHtml, "curves.html", dark);
        var (learning, validation) = (shown.LargestPatch(dark ? "#6cb4ff" : "#1c6ed0"), shown.LargestPatch(dark ? "#ff9d5c" : "#c2410c"));
        Assert.IsGreaterThan(600, learning.Width);
        Assert.AreEqual(learning.X, validation.X, 2);
        Assert.IsGreaterThan(learning.Y, validation.Y);
    }

    [TestMethod]
    public void Page_OnceDrawn_HasAMapForEachHeadAndTheTokens()
    {
        using var folder = new TemporaryFolder();
        DrawnMaps.Heads(2, 3).SaveHtml(folder["maps.html"]);
        var document = Chromium.Document(folder["maps.html"]);
        var heads = Button().Matches(document);
        Assert.AreSequenceEqual(["layer 0, head 0", "layer 0, head 1", "layer 0, head 2", "layer 1, head 0", "layer 1, head 1",
            "layer 1, head 2"], heads.Select(head => head.Groups["name"].Value));
        Assert.AreEqual(2 * 3 * 16,
            heads.Sum(head => int.Parse(head.Groups["width"].Value, CultureInfo.InvariantCulture)
                * int.Parse(head.Groups["height"].Value, CultureInfo.InvariantCulture)), "A pixel a weight.");
        Assert.AreSequenceEqual(["the", "dog", "bites", "&lt;man&gt;", "the", "dog", "bites", "&lt;man&gt;"],
            Label().Matches(document).Select(label => label.Groups["text"].Value));
        Assert.Contains("<figcaption title=\"largest: dog (1) → bites (2): 1\">layer 0, head 0</figcaption>", document);
    }

    [TestMethod]
    public void Pointer_OnACell_IsToldItsExactWeight()
    {
        const string Point = """
            const map = document.querySelector('.detail canvas').getBoundingClientRect();
            document.querySelector('.detail rect[style]').dispatchEvent(new PointerEvent('pointermove', { clientX: map.left + 60, clientY: map.top + 100 }));
            """;
        Assert.Contains("head 0\nbites (2) → dog (1)\n0.6666667</div>", DocumentAfter(Point, DrawnMaps.OneHead()),
            "10 / 15 as a float32, to the last digit.");
    }

    /// <summary>The large map stays in sight beside 96 small ones where the window has room for both,
    /// and is above them where it has not.</summary>
    [TestMethod]
    [DataRow(1400, "beside")]
    [DataRow(700, "above")]
    public void Page_Of96Heads_FitsTheWindow(int width, string place)
    {
        const string Measure = """
            const [small, large] = ['.overview', '.detail'].map(part => document.querySelector(part).getBoundingClientRect());
            const place = large.left > small.right ? 'beside' : large.bottom < small.top ? 'above' : 'overlapping';
            document.body.append(document.documentElement.scrollWidth > innerWidth ? 'too wide' : `${place}, 96 of ${document.querySelectorAll('.overview canvas').length}`);
            """;
        Assert.Contains($"{place}, 96 of 96</body>", DocumentAfter(Measure, DrawnMaps.Heads(1, 96), width));
    }

    [TestMethod]
    [DynamicData(nameof(LongTitles))]
    public void Heading_OfALongTitle_HasRoomBesideTheScale(string kind, AttentionPicture picture)
    {
        const string Measure = """
            const [drawing, title, end] = ['svg', 'svg .strong', 'svg .legend'].map(part => document.querySelector(part)?.getBoundingClientRect());
            document.body.append(title.right < (end ?? drawing).left + (end ? -10 : drawing.width) ? 'fits' : `ends at ${title.right}`);
            """;
        Assert.Contains("fits</body>", DocumentAfter(Measure, picture, width: 1200), kind);
    }

    static IEnumerable<object[]> LongTitles =>
    [
        ["summary", new HeadSummary(LongTitle, [(0, 0, 1)])],
        ["curves", new TrainingCurves(new() { Losses = [1, 0.5] }) { Title = $"{LongTitle} {LongTitle}" }],
    ];

    const string LongTitle = "How much more of the label is missed when we silence HEADS, one of them";

    static string DocumentAfter(string script, AttentionPicture picture, int width = 800)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["page.html"],
            picture.ToHtml().Replace("</body>", $"<script type=\"module\">{script}</script></body>", StringComparison.Ordinal));
        return Chromium.Document(folder["page.html"], width);
    }

    static void ShowsTheMap(Action<string> save, string file, int cell, bool dark)
    {
        var scale = dark ? ColorScale.OnDark : ColorScale.OnLight;
        var shown = Show(save, file, dark);
        var cells = DrawnMaps.Fifteenths.Select(n => shown.LargestPatch($"{scale[17 * n]}")).ToArray();
        var expected = cells.Select((_, i) =>
            new Patch(cells[0].X + i % DrawnMaps.Tokens * cell, cells[0].Y + i / DrawnMaps.Tokens * cell, cell, cell, cell * cell));
        Assert.AreSequenceEqual(expected, cells);
        Assert.AreEqual(dark ? "#10141a" : "#ffffff", shown.At(2, 2));
    }

    static Screenshot Show(Action<string> save, string file, bool dark)
    {
        using var folder = new TemporaryFolder();
        save(folder[file]);
        return Chromium.Show(folder[file], dark, 900, 900);
    }

    [GeneratedRegex("<button type=\"button\" aria-label=\"(?<name>[^\"]*)\"[^>]*><canvas width=\"(?<width>\\d+)\" height=\"(?<height>\\d+)\"")]
    private static partial Regex Button();

    [GeneratedRegex("<text x[^>]*>(?<text>[^<]*)</text>")]
    private static partial Regex Label();
}
