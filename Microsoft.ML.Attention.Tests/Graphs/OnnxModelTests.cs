using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class OnnxModelTests
{
    [TestMethod]
    public void Serialize_SymbolicBatch_RunsAtAnySize()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", 2);
        g.Output("y", x.MatMul(g.Initializer("w", new float[] { 1, 2, 3, 4 }, 2, 2)) + 1);
        CollectionAssert.AreEqual(new float[] { 8, 11 }, GraphRunner.Run(g, ("x", new float[,] { { 1, 2 } }))[0].As<float>());
        CollectionAssert.AreEqual(new float[] { 8, 11, 2, 3 }, GraphRunner.Run(g, ("x", new float[,] { { 1, 2 }, { 1, 0 } }))[0].As<float>());
    }
}
