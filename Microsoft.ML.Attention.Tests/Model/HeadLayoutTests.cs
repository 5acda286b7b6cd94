using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public sealed class HeadLayoutTests
{
    /// <summary>Heads that are left, how many shared a key-value head; the key-value heads, the place of each head's,
    /// whether each serves as many.</summary>
    static IEnumerable<(int[], int, int[], int[], bool)> Layouts =>
    [
        ([0, 1, 2], 1, [0, 1, 2], [0, 1, 2], true),
        ([0, 2], 1, [0, 2], [0, 1], true),
        ([0, 1, 2, 3], 2, [0, 1], [0, 0, 1, 1], true),
        ([1, 2], 2, [0, 1], [0, 1], true),
        ([2, 3], 2, [1], [0, 0], true),
        ([0, 2, 3], 2, [0, 1], [0, 1, 1], false),
        ([5], 6, [0], [0], true),
        ([], 2, [], [], true),
    ];

    [TestMethod, DynamicData(nameof(Layouts))]
    public void Layout_OfWhatIsLeft_HasTheKeyValueHeadsThatAreUsed(int[] heads, int sharing, int[] keyValueHeads, int[] uses, bool isEven)
    {
        var layout = new HeadLayout(heads, sharing);

        Assert.AreSequenceEqual(keyValueHeads, layout.KeyValueHeads);
        Assert.AreSequenceEqual(uses, layout.Uses);
        Assert.AreEqual(isEven, layout.IsEven);
    }

    [TestMethod]
    public void PlaceOf_AHead_CountsThoseThatAreLeft()
    {
        var layout = new HeadLayout([1, 4], 1);

        Assert.AreEqual(0, layout.IndexOf(1));
        Assert.AreEqual(1, layout.IndexOf(4));
        Assert.IsNull(layout.IndexOf(2));
    }
}
