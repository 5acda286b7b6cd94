using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class LossesTests
{
    [TestMethod]
    public void CrossEntropy_OfTwoRows_IsTheirMean()
    {
        // softmax of 0, ln 3 is 1/4, 3/4
        var (loss, gradient) = Run<long>(CrossEntropy, new float[,] { { 0, MathF.Log(3) }, { 5, 5 } }, [0, 1]);

        Assert.AreEqual((Math.Log(4) + Math.Log(2)) / 2, loss, 1e-6);
        new Tolerance(1e-6, 0).Check("gradient", [(0.25 - 1) / 2, 0.75 / 2, 0.5 / 2, (0.5 - 1) / 2], gradient);
    }

    [TestMethod]
    public void CrossEntropy_OfExtremeLogits_IsTheirDistance()
    {
        var (loss, gradient) = Run<long>(CrossEntropy, new float[,] { { 1e4f, -1e4f, 0 } }, [1]);

        Assert.AreEqual(2e4, loss, 1e-2);
        CollectionAssert.AreEqual(new float[] { 1, -1, 0 }, gradient);
        Assert.AreEqual(0, Run<long>(CrossEntropy, new float[,] { { 1e4f, -1e4f, 0 } }, [0]).Loss);
    }

    [TestMethod]
    public void CrossEntropy_OfSmoothedClasses_ExpectsALittleOfEach()
    {
        // a target of 0.9, 0.1 where the softmax is 1/4, 3/4
        var (loss, gradient) = Run<long>((logits, classes) =>
            Losses.CrossEntropy(logits, classes, smoothing: 0.2), new float[,] { { 0, MathF.Log(3) } }, [0]);

        Assert.AreEqual(0.9 * Math.Log(4) + 0.1 * Math.Log(4.0 / 3), loss, 1e-6);
        new Tolerance(1e-6, 0).Check("gradient", [0.25 - 0.9, 0.75 - 0.1], gradient);
    }

    [TestMethod]
    public void BinaryCrossEntropy_OfLogits_IsMinusTheLogarithmOfTheSigmoid()
    {
        // sigmoid 3/4
        var (loss, gradient) = Run<float>((logits, targets) =>
            Losses.BinaryCrossEntropy(logits, targets), new[] { MathF.Log(3), MathF.Log(3) }, [1, 0]);

        Assert.AreEqual((-Math.Log(0.75) - Math.Log(0.25)) / 2, loss, 1e-6);
        new Tolerance(1e-6, 0).Check("gradient", [(0.75 - 1) / 2, 0.75 / 2], gradient);
    }

    [TestMethod]
    public void BinaryCrossEntropy_OfALogitOfZero_HasTheSlopeOfTheSigmoidLessTheTarget()
    {
        var (_, gradient) = Run<float>((logits, targets) => Losses.BinaryCrossEntropy(logits, targets), new float[] { 0, 0 }, [1, 0]);

        CollectionAssert.AreEqual(new float[] { (0.5f - 1) / 2, 0.5f / 2 }, gradient);
    }

    [TestMethod]
    [DataRow(1e4f, 1f, 0, 0)]
    [DataRow(-1e4f, 0f, 0, 0)]
    [DataRow(1e4f, 0f, 1e4, 1)]
    [DataRow(-1e4f, 1f, 1e4, -1)]
    public void BinaryCrossEntropy_OfExtremeLogits_DoesNotOverflow(float logit, float target, double expected, double slope)
    {
        var (loss, gradient) = Run<float>((logits, targets) => Losses.BinaryCrossEntropy(logits, targets), new[] { logit }, [target]);

        Assert.AreEqual(expected, loss, 1e-6);
        Assert.AreEqual(slope, gradient[0], 1e-6);
    }

    [TestMethod]
    public void SquaredError_OfRows_IsTheirMean()
    {
        var (loss, gradient) = Run<float>((outputs, targets) => Losses.SquaredError(outputs, targets), new float[] { 1, 4 }, [3, 3]);

        Assert.AreEqual((4 + 1) / 2.0, loss, 1e-6);
        CollectionAssert.AreEqual(new float[] { -2, 1 }, gradient);
    }

    [TestMethod]
    public void Loss_OfWeightedRows_IsTheirWeightedMean()
    {
        // weights 3 and 1, losses ln 4 and ln 2; then squared errors of 4 and 1
        var (loss, gradient) = Run<long>((logits, classes) =>
            Losses.CrossEntropy(logits, classes, weights: Weights(logits)), new float[,] { { 0, MathF.Log(3) }, { 5, 5 } }, [0, 1]);
        Assert.AreEqual((3 * Math.Log(4) + Math.Log(2)) / 4, loss, 1e-6);
        new Tolerance(1e-6, 0).Check("gradient", [-0.75 * 3 / 4, 0.75 * 3 / 4, 0.5 / 4, -0.5 / 4], gradient);

        Assert.AreEqual((3 * 4 + 1) / 4.0,
            Run<float>((outputs, targets) =>
                Losses.SquaredError(outputs, targets, Weights(outputs)), new float[] { 1, 4 }, [3, 3]).Loss, 1e-6);
        Assert.AreEqual(0, Run<float>((outputs, targets) =>
            Losses.SquaredError(outputs, targets, Weights(outputs) * 0), new float[] { 1, 4 }, [3, 3]).Loss);
    }

    [TestMethod]
    [DataRow(1, 1.0), DataRow(2, 1.0), DataRow(4, 1.0), DataRow(4, 0.05), DataRow(4, 0.002)]   // the last ones: e^20 and e^500
    public void InBatchNegatives_OfOrthogonalPairs_TellsEachFromAllOthers(int pairs, double temperature)
    {
        // its own score is 1 / t, that of each other 0
        var (loss, gradient) = RunPairs(Unit(pairs), Unit(pairs), temperature);

        var others = (pairs - 1) * Math.Exp(-1 / temperature);
        Assert.AreEqual(Math.Log(1 + others), loss, 1e-6);
        var share = 1 / (1 + others);
        var expected = from first in Enumerable.Range(0, pairs)
                       from e in Enumerable.Range(0, pairs)
                       select (first == e ? share - 1 : share * Math.Exp(-1 / temperature)) / temperature / pairs;
        new Tolerance(1e-5, 1e-6).Check("gradient", expected, gradient);
    }

    [TestMethod]
    public void InBatchNegatives_OfPairsInAnotherOrder_IsTheSame()
    {
        float[,] firsts = { { 1, 2 }, { -1, 0.5f }, { 0.25f, -2 } }, seconds = { { 0.5f, 1 }, { 2, 2 }, { -1, 1 } };
        float[,] firstsTurned = { { -1, 0.5f }, { 0.25f, -2 }, { 1, 2 } }, secondsTurned = { { 2, 2 }, { -1, 1 }, { 0.5f, 1 } };

        var (loss, gradient) = RunPairs(firsts, seconds, 0.5);
        var (turned, turnedGradient) = RunPairs(firstsTurned, secondsTurned, 0.5);

        Assert.AreEqual(loss, turned, 1e-6);
        new Tolerance(1e-6, 1e-6).Check("gradient", gradient[2..].Concat(gradient[..2]).Select(x => (double)x), turnedGradient);
        Assert.AreNotEqual(loss, RunPairs(firstsTurned, seconds, 0.5).Loss, 1e-2, "with others");
    }

    [TestMethod]
    public void InBatchNegatives_OfWeightedPairs_IsTheirWeightedMean()
    {
        // scores 1, 0 and 2, 1: losses ln(1 + 1/e) and ln(1 + e)
        var (loss, _) = RunPairs(new float[,] { { 1, 0 }, { 2, 1 } }, new float[,] { { 1, 0 }, { 0, 1 } }, 1, weights: [3, 1]);

        Assert.AreEqual((3 * Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.E)) / 4, loss, 1e-6);
    }

    static (float Loss, float[] Gradient) RunPairs(float[,] firsts, float[,] seconds, double temperature, float[]? weights = null)
    {
        var graph = new Graph();
        Value[] sides = [graph.Input("firsts", "pairs", firsts.GetLength(1)), graph.Input("seconds", "pairs", firsts.GetLength(1))];
        var loss = Losses.InBatchNegatives(sides[0], sides[1], temperature, weights is null ? null : graph.Input("weights", "pairs"));
        graph.Output("loss", loss);
        graph.Output("gradient", Gradient.Of(loss, sides[0])[0]);
        (string, Array)[] weighted = weights is null ? [] : [("weights", weights)];
        var results = GraphRunner.Run(graph, [("firsts", firsts), ("seconds", seconds), .. weighted]);
        return (results[0].As<float>()[0], results[1].As<float>());
    }

    static float[,] Unit(int size)
    {
        var unit = new float[size, size];
        for (var i = 0; i < size; i++)
            unit[i, i] = 1;
        return unit;
    }

    static Value Weights(Value like) => like.Graph.Input("weights", "batch");

    static Value CrossEntropy(Value logits, Value classes) => Losses.CrossEntropy(logits, classes);

    static (float Loss, float[] Gradient) Run<T>(Func<Value, Value, Value> lossOf, Array outputs, T[] labels) where T : struct
    {
        var graph = new Graph();
        var read = graph.Input("read", outputs.Rank == 2 ? ["batch", outputs.GetLength(1)] : ["batch"]);
        var loss = lossOf(read, graph.Input("labels", typeof(T) == typeof(long) ? ElementType.Int64 : ElementType.Float, "batch"));
        graph.Output("loss", loss);
        graph.Output("gradient", Gradient.Of(loss, read)[0]);
        (string, Array)[] weights = graph.Inputs.Any(input => input.Name == "weights") ? [("weights", new float[] { 3, 1 })] : [];
        var results = GraphRunner.Run(graph, [("read", outputs), ("labels", labels), .. weights]);
        return (results[0].As<float>()[0], results[1].As<float>());
    }
}
