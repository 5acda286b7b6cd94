using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class WideSplitsTests
{
    [TestMethod]
    public void Unfold_OfSplitsIntoTwoAndThree_SlicesTheThree()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", 6);
        var (three, two) = (x.Split(1, 1, 2, 3), x.Split(1, 2, 4));
        foreach (var (i, part) in three.Concat(two).Index())
            g.Output($"y{i}", part + 0);

        WideSplits.Unfold(g, most: 2);

        CollectionAssert.AreEqual(new[] { "Slice", "Slice", "Slice", "Split" }, g.Nodes.Select(n => n.Op).Take(4).ToArray());
        float[][] parts = [[1], [2, 3], [4, 5, 6], [1, 2], [3, 4, 5, 6]];
        foreach (var (expected, actual) in parts.Zip(GraphRunner.Run(g, ("x", new float[,] { { 1, 2, 3, 4, 5, 6 } }))))
            CollectionAssert.AreEqual(expected, actual.As<float>());
    }
}
