using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public sealed class PatchesTests
{
    [TestMethod]
    [DataRow(3, 3, 0, 0)]
    [DataRow(3, 3, 2, 1)]   // shorter than a patch
    [DataRow(3, 3, 3, 1)]
    [DataRow(3, 3, 4, 2)]   // the second holds one frame
    [DataRow(3, 1, 5, 3)]
    [DataRow(3, 2, 6, 3)]   // frames 0-2, 2-4, 4-6, the last of which is not there
    [DataRow(2, 5, 8, 2)]   // frames 0-1, 5-6
    [DataRow(2, 3, 6, 2)]
    [DataRow(2, 3, 7, 3)]
    [DataRow(1, 1, 7, 7)]
    public void Tokens_OfFrames_AreAsManyAsBeginWithinThemAndAreNeeded(int length, int stride, int frames, int tokens) =>
        Assert.AreEqual(tokens, new Patches(length, stride).Tokens(frames));

    [TestMethod]
    public void Span_OfTheLastPatch_EndsWithTheRow()
    {
        var patches = new Patches(3, 2);

        Assert.AreEqual(0..3, patches.Span(0, 6));
        Assert.AreEqual(4..6, patches.Span(2, 6));
    }
}
