using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class DropoutTests
{
    [TestMethod]
    public void Drop_UnderAMask_ScalesWhatIsKeptAndItsGradient()
    {
        var graph = new Graph();
        var x = graph.Input("x", "batch", 4);
        var y = new Dropout(0.75, 0).Drop(x);
        graph.Output("y", y);
        graph.Output("gradient", Gradient.Of(y.Sum(keep: false), x)[0]);

        var results = GraphRunner.Run(graph, ("x", new float[,] { { 1, 2, 3, float.NaN } }),
            ("dropout.0", new[,] { { true, false, true, false } }));

        CollectionAssert.AreEqual(new float[] { 4, 0, 12, 0 }, results[0].As<float>());
        CollectionAssert.AreEqual(new float[] { 4, 0, 4, 0 }, results[1].As<float>());
    }

    [TestMethod]
    public void Drop_UnderDrawnMasks_KeepsTheExpectation()
    {
        const int Count = 40_000;
        const double Rate = 0.3;
        var graph = new Graph();
        var dropout = new Dropout(Rate, 0);
        graph.Output("mean", dropout.Drop(graph.Input("x", Count)).Mean(keep: false));
        var mask = new bool[Count];
        new CoinFlips(1).Fill(mask, dropout.Masks.Single().Keep);

        var mean = GraphRunner.Run(graph, ("x", Enumerable.Repeat(1f, Count).ToArray()), ("dropout.0", mask))[0].As<float>()[0];

        Assert.AreEqual(1, mean, 5 * Math.Sqrt(Rate / (1 - Rate) / Count)); // a deviation of √(rate / keep) each
    }

    [TestMethod]
    public void DropHeads_SilencesWholeHeads()
    {
        var graph = new Graph();
        var dropout = new Dropout(0, 0.5);
        graph.Output("y", dropout.DropHeads(graph.Input("x", "batch", 2, "sequence", 2)));

        var y = GraphRunner.Run(graph, ("x", new float[,,,] { { { { 1, 2 } }, { { 3, 4 } } } }),
            ("dropout.0", new bool[,,,] { { { { false } }, { { true } } } }))[0];

        CollectionAssert.AreEqual(new float[] { 0, 0, 6, 8 }, y.As<float>());
    }

    [TestMethod]
    public void Drop_AtRateZero_AddsNothingToTheGraph()
    {
        var graph = new Graph();
        var x = graph.Input("x", 4);
        var dropout = new Dropout(0, 0.5);

        Assert.AreSame(x, dropout.Drop(x));
        Assert.IsEmpty(dropout.Masks);
    }
}
