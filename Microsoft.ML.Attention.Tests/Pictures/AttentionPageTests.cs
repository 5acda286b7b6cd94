using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Pictures;

[TestClass]
public sealed class AttentionPageTests
{
    static readonly AttentionPicture[] Pictures =
    [
        DrawnMaps.Heads(1, 2),
        new HeadSummary("Entropy <nats>", [(0, 0, 1)]),
        new TrainingCurves(new() { Losses = [1, 0.5] }) { Title = "Learning" },
    ];

    [TestMethod]
    public void Page_HasItsPicturesInTheirOrder()
    {
        var page = new AttentionPage("Who & what", Pictures).ToHtml();
        Assert.Contains("<title>Who &amp; what</title>", page);
        int[] places = [.. new[] { "<h1>Who &amp; what</h1>", "<section class=\"maps\">", "Entropy &lt;nats&gt;",
            ">Learning<" }.Select(part => page.IndexOf(part, StringComparison.Ordinal))];
        Assert.IsGreaterThan(0, places[0]);
        Assert.AreSequenceEqual(places.Order(), places);
    }

    /// <summary>The policy forbids a browser what the page might ask for; there is nothing that it would ask for either,
    /// links and namespaces apart.</summary>
    [TestMethod]
    public void Page_AsksForNothing()
    {
        var page = new AttentionPage("Page", Pictures).ToHtml();
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\"", page);
        Assert.DoesNotContain("//",
            page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Replace("// ", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Page_OfATitleThatClosesAScript_StaysWhole() =>
        Assert.DoesNotContain("</script><b>",
            new AttentionMaps(new AttentionTensor([1, 1], new float[] { 1 }), ["</script><b>"]) { Title = "</script><b>" }.ToHtml());

    [TestMethod]
    public void Page_WithoutPictures_Throws() =>
        Assert.AreEqual("The page 'Empty' has no pictures. (Parameter 'pictures')",
            Assert.ThrowsExactly<ArgumentException>(() => new AttentionPage("Empty")).Message);
}
