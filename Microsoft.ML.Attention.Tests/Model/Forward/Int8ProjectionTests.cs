using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Model.Forward;

/// <summary>Tokens of two numbers by the matrix of the rows 127 1 and -1 0.5, in 8-bit integers.</summary>
[TestClass]
public sealed class Int8ProjectionTests
{
    // The steps, the division by them and the way back: some four roundings of 6e-8.
    static readonly Tolerance Rounding = new(1e-12, 5e-7);

    /// <summary>The integers that every machine multiplies exactly, and those that this one does.</summary>
    static IEnumerable<string> Weights => new[] { ElementType.UInt8, Int8Storage.Type }.Distinct().Select(type => type.ToString());

    [TestMethod, DynamicData(nameof(Weights))]
    public void Product_OfTokensOfDifferentSize_RoundsEachInStepsOfItsOwn(string weights)
    {
        // In steps of 1: 127, 1.4, which is 1. In steps of 0.001: -127, 50.5, which is 50.
        var product = Product(weights, [127, 1.4f, -0.127f, 0.0505f]);

        // The rows in steps of 1 and of 1 / 127: 127 1 and -127 64, for 0.5 is 63.5 of these.
        Rounding.Check("product",
            [
                127 * 127 + 1 * 1,
                (127 * -127 + 1 * 64) / 127.0,
                0.001 * (-127 * 127 + 50 * 1),
                0.001 * (-127 * -127 + 50 * 64) / 127,
            ],
            product);
    }

    [TestMethod, DynamicData(nameof(Weights))]
    public void Product_OfATokenBesideALouderOne_IsItsOwn(string weights)
    {
        var quiet = Product(weights, [0.3f, 0.2f, 0.1f, -0.4f]);
        var beside = Product(weights, [0.3f, 0.2f, 1e6f, -0.4f]);

        CollectionAssert.AreEqual(quiet[..2], beside[..2]);
    }

    [TestMethod, DynamicData(nameof(Weights))]
    public void Product_OfATokenOfZeros_IsZeros(string weights) =>
        CollectionAssert.AreEqual(new float[] { 0, 0 }, Product(weights, [0, 0, 1, 2])[..2]);

    [TestMethod, DynamicData(nameof(Weights))]
    public void Product_OfATokenOfTheSmallestNumbers_IsFinite(string weights) =>
        Assert.IsTrue(Product(weights, [float.Epsilon, -float.Epsilon]).All(float.IsFinite));

    [TestMethod, DynamicData(nameof(Weights))]
    public void Product_OfATokenWithNaN_IsNaN_AndLeavesTheOthers(string weights)
    {
        foreach (var token in new float[][] { [float.NaN, 1], [1, float.NaN], [float.NaN, float.NaN] })
        {
            var product = Product(weights, [.. token, 1, 2]);

            Assert.IsTrue(product[..2].All(float.IsNaN), $"{product[0]}, {product[1]}");
            CollectionAssert.AreEqual(Product(weights, [1, 2]), product[2..]);
        }
    }

    [TestMethod]
    public void Product_OfTheSameTokensByAnotherMatrix_QuantizesThemOnce()
    {
        var graph = new Graph();
        var x = graph.Input("x", "batch", "sequence", 2);
        var (projection, w) = Projection(graph, ElementType.UInt8);

        projection.Product(x, w);
        projection.Product(x, w);
        projection.Product(x + 1, w);

        Assert.AreEqual(2, graph.Nodes.Count(node => node.Op == "QuantizeLinear"));
        Assert.AreEqual(3, graph.Nodes.Count(node => node.Op == "MatMulIntegerToFloat"));
    }

    [TestMethod]
    public void Product_DoesNotStoreTheMatrixInReals()
    {
        var graph = new Graph();
        var (projection, w) = Projection(graph, ElementType.UInt8);
        graph.Output("y", projection.Product(graph.Input("x", "batch", "sequence", 2), w));

        Assert.IsEmpty(OnnxModel.ToProto(graph).Graph.Initializer.Where(tensor => tensor.Name == w.Name));
    }

    static float[] Product(string weights, float[] tokens)
    {
        var graph = new Graph();
        var (projection, w) = Projection(graph, Enum.Parse<ElementType>(weights));
        graph.Output("y", projection.Product(graph.Input("x", 1, tokens.Length / 2, 2), w));
        return GraphRunner.Run(graph, ("x", tokens))[0].As<float>();
    }

    static (Int8Projection Projection, Value Matrix) Projection(Graph graph, ElementType weights)
    {
        float[] matrix = [127, 1, -1, 0.5f];
        var tensors = AttentionParameters.Create([KeyValuePair.Create("w", new AttentionTensor([2, 2], matrix))]);
        return (new Int8Projection(graph, tensors, weights), graph.Initializer("w", matrix, 2, 2));
    }
}
