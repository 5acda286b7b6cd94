using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed partial class AttentionMapsTests
{
    [TestMethod]
    public void Drawing_OfFewWeights_HasACellForEachThatTellsItsValue()
    {
        var cells = new Svg(DrawnMaps.Heads(2, 3).ToSvg()).Shapes("rect", "cell");
        Assert.HasCount(2 * 3 * 16, cells);
        Assert.AreEqual("layer 0, head 0: the (0) → dog (1): 0.8", Svg.Tips(cells).ElementAt(1));
        Assert.AreEqual("layer 0, head 0: the (0) → the (0): 0.46666667", Svg.Tips(cells).First(),
            "7 / 15 as a float32, to the last digit.");
        Assert.AreEqual("layer 1, head 2: <man> (3) → <man> (3): 0.93333334", Svg.Tips(cells).Last());
    }

    [TestMethod]
    public void Drawing_NamesHeadsLayersAndTokens()
    {
        var texts = new Svg(DrawnMaps.Heads(2, 3).ToSvg()).Texts;
        Assert.AreSequenceEqual(["head 0", "head 1", "head 2", "head 0", "head 1", "head 2"],
            texts.Where(text => text.StartsWith("head", StringComparison.Ordinal)));
        Assert.AreSequenceEqual(["layer 0", "layer 1"], texts.Where(text => text.StartsWith("layer", StringComparison.Ordinal)));
        Assert.AreEqual(2 + 2 * 3, texts.Count(text => text == "<man>"), "Queries once a layer, keys at every map.");
    }

    [TestMethod]
    public void Drawing_OfManyWeights_HasAnImageForEachHeadThatTellsItsLargest()
    {
        var weights = new float[2 * 48 * 48];
        weights[48 * 48 + 5 * 48 + 9] = 0.25f;
        var drawing = new Svg(new AttentionMaps(new AttentionTensor([2, 48, 48], weights)).ToSvg());
        Assert.IsEmpty(drawing.Shapes("rect", "cell"));
        Assert.AreSequenceEqual(["the largest weight of head 0: 0 → 0: 0", "the largest weight of head 1: 5 → 9: 0.25"],
            Svg.Tips(drawing.Shapes("image", "map")));
    }

    [TestMethod]
    public void Drawing_OfAMatrix_NamesNoHead()
    {
        var drawing = new Svg(new AttentionMaps(new AttentionTensor([1, 2], new float[] { 0.25f, 0.75f }), ["a"], ["x", "y"]).ToSvg());
        Assert.AreSequenceEqual(["a (0) → x (0): 0.25", "a (0) → y (1): 0.75"], Svg.Tips(drawing.Shapes("rect", "cell")));
        Assert.IsFalse(drawing.Texts.Any(text => text.Contains("head", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Drawing_OfMissingWeights_LeavesThemOut() =>
        Assert.HasCount(1, new Svg(new AttentionMaps(new AttentionTensor([1, 2], new[] { 1f, float.NaN })).ToSvg()).Shapes("rect", "cell"));

    [TestMethod]
    public void Where_KeepsTheHeadsThatWereChosen()
    {
        var tips = Svg.Tips(new Svg(DrawnMaps.Heads(2, 3).Where((layer, head) => layer == 1 && head != 1).ToSvg()).Shapes("rect", "cell"));
        Assert.AreSequenceEqual(["layer 1, head 0", "layer 1, head 2"], tips.Select(tip => tip.Split(':')[0]).Distinct());
    }

    [TestMethod]
    public void Where_NoHeadIsChosen_Throws() =>
        Assert.AreEqual("None of the 6 heads was chosen. (Parameter 'chosen')",
            Assert.ThrowsExactly<ArgumentException>(() => DrawnMaps.Heads(2, 3).Where((_, _) => false)).Message);

    [TestMethod]
    public void Page_HoldsEveryWeightAsItIs()
    {
        using var data = JsonDocument.Parse(Data().Match(DrawnMaps.Heads(1, 2).ToHtml()).Groups["json"].Value);
        var bytes = data.RootElement.GetProperty("weights").GetBytesFromBase64();
        Assert.AreSequenceEqual(DrawnMaps.Weights, Enumerable.Range(0, 16).Select(i => BitConverter.ToSingle(bytes, 4 * i)));
        Assert.HasCount(4 * 2 * 16, bytes);
        Assert.AreSequenceEqual(DrawnMaps.Words,
            data.RootElement.GetProperty("queries").EnumerateArray().Select(token => token.GetString()));
    }

    [TestMethod]
    public void Page_OfTwelveLayersOfTwelveHeadsOf64Tokens_IsUnder5Megabytes()
    {
        var random = new Random(1);
        var weights = new AttentionTensor([12, 12, 64, 64],
            Enumerable.Range(0, 12 * 12 * 64 * 64).Select(_ => random.NextSingle()).ToArray());
        Assert.IsLessThan(5_000_000, Encoding.UTF8.GetByteCount(new AttentionMaps(weights).ToHtml()));
    }

    [TestMethod]
    public void Weights_OfOneAxis_Throw() =>
        Refused("Attention weights are [4], but must be [layers, heads, queries, keys], [heads, queries, keys] or [queries, keys], none "
            + "of them 0. (Parameter 'weights')", [4]);

    [TestMethod]
    public void Tokens_MoreThanQueries_Throw() =>
        Refused("Attention weights of [2, 3] have 2 query tokens, but there are texts for 3.", [2, 3], ["a", "b", "c"]);

    [TestMethod]
    public void KeyTokens_FewerThanKeys_Throw() =>
        Refused("Attention weights of [2, 3] have 3 key tokens, but there are texts for 1.", [2, 3], null, ["a"]);

    [TestMethod]
    public void Culture_ChangesNothing()
    {
        var expected = DrawnMaps.OneHead().ToSvg();
        var (culture, other) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        other.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.AreEqual(expected, DrawnMaps.OneHead().ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [TestMethod]
    public void Save_WritesBoth()
    {
        using var folder = new TemporaryFolder();
        DrawnMaps.OneHead().SaveSvg(folder["maps.svg"]);
        DrawnMaps.OneHead().SaveHtml(folder["maps.html"]);
        Assert.AreEqual(DrawnMaps.OneHead().ToSvg(), File.ReadAllText(folder["maps.svg"]));
        Assert.AreEqual(DrawnMaps.OneHead().ToHtml(), File.ReadAllText(folder["maps.html"]));
    }

    [TestMethod]
    public void Title_WithWhatXmlCannotHold_IsDrawnWithSignsForIt()
    {
        var title = "odd \0 \u001B \uFFFE " + (char)0xD83D;
        var maps = new AttentionMaps(new AttentionTensor([1, 1], new[] { 1f })) { Title = title };
        Assert.Contains("odd ␀ ␛ \uFFFD \uFFFD", new Svg(maps.ToSvg()).Texts);
        Assert.Contains("<title>odd ␀ ␛ \uFFFD \uFFFD</title>", maps.ToHtml());
        Assert.Contains("odd ␀ ␛ \uFFFD \uFFFD", new Svg(new HeadSummary(title, [(0, 0, 1)]).ToSvg()).Texts);
        Assert.AreEqual(title, maps.Title);
    }

    [TestMethod]
    public void Drawing_OfHugeTokens_StaysSmall()
    {
        var huge = new string('x', 1_000_000);
        var maps = new AttentionMaps(new AttentionTensor([4, 4], new float[16]), [huge, huge, huge, huge]);
        Assert.IsLessThan(50_000, maps.ToSvg().Length);
        Assert.IsLessThan(100_000, maps.ToHtml().Length);
    }

    static void Refused(string message, long[] shape, string[]? tokens = null, string[]? keyTokens = null) =>
        Assert.AreEqual(message,
            Assert.ThrowsExactly<ArgumentException>(() =>
                new AttentionMaps(new AttentionTensor(shape, new float[shape.Aggregate(1L, (a, b) => a * b)]), tokens, keyTokens)).Message);

    [GeneratedRegex("<script type=\"application/json\">(?<json>.*?)</script>")]
    private static partial Regex Data();
}
