using Examples;
using Microsoft.ML.Attention.Tests.Model;
using SkiaSharp;
using SpeakerRecognition;

namespace Microsoft.ML.Attention.Tests.Examples;

/// <summary>The pictures that examples/SpeakerRecognition writes.</summary>
[TestClass]
public sealed class PicturesTests
{
    [TestMethod]
    public void Write_DrawsBothWays()
    {
        using var folder = new TemporaryFolder();
        SpeakerRecognition.Pictures.Write(new Contest(SpokenVowels.Make(seed: 1)), folder["pictures"],
            new() { Seed = 1, NumberOfEpochs = 2 });
        foreach (var file in new[] { "heads.svg", "learning.svg", "pictures.html" })
            Assert.IsTrue(File.Exists(folder[Path.Combine("pictures", file)]), file);
        using var plot = SKBitmap.Decode(folder[Path.Combine("pictures", "learning.png")]);
        Assert.AreEqual((800, 450), (plot.Width, plot.Height));
        Assert.IsGreaterThan(2, plot.Pixels.Distinct().Count(), "There is something to see.");
    }
}
