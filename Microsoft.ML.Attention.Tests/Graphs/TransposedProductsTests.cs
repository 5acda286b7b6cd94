using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class TransposedProductsTests
{
    [TestMethod]
    public void Fuse_OfProductsWithAStoredMatrixAndWithAComputedOne_ChangesTheFirst()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", 2);
        var matrix = g.Initializer("w", new float[] { 1, 2, 3, 4, 5, 6 }, 3, 2);
        g.Output("stored", x.MatMul(matrix.T()));
        g.Output("computed", x.MatMul((matrix + 1).T()));

        TransposedProducts.Fuse(g);

        CollectionAssert.AreEqual(new[] { "FusedMatMul", "MatMul" },
            g.Nodes.Select(n => n.Op).Where(op => op.Contains("MatMul")).ToArray());
        Assert.HasCount(1, OnnxModel.ToProto(g).Graph.Node.Where(n => n.OpType == "Transpose"), "The first transpose is needed no more.");
        var (stored, computed) = GraphRunner.Run(g, ("x", new float[,] { { 1, 10 } })) is [var s, var c] ? (s, c) : default;
        CollectionAssert.AreEqual(new float[] { 21, 43, 65 }, stored.As<float>());
        CollectionAssert.AreEqual(new float[] { 32, 54, 76 }, computed.As<float>());
    }
}
