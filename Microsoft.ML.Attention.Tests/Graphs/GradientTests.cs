using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class GradientTests
{
    const int Batch = 2, Sequence = 3, Source = 4;

    /// <summary>An operator, the shapes of inputs, and what is built of them.</summary>
    public sealed class Case
    {
        internal Case(string op, Dim[][] shapes, Func<Value[], Value> build) => (Operator, Shapes, Build) = (op, shapes, build);

        internal string Operator { get; }

        internal Dim[][] Shapes { get; }

        internal Func<Value[], Value> Build { get; }

        public override string ToString() => $"{Operator} {string.Join(" ", Shapes.Select(shape => $"[{string.Join(", ", shape)}]"))}";
    }

    static IEnumerable<Case> Cases =>
    [
        new("Identity", [["batch", 3]], v => v[0].Graph.Output("y", v[0])),
        new("Neg", [["batch", 3]], v => -v[0]),
        new("Abs", [["batch", 3]], v => v[0].Abs()),
        new("Sign", [["batch", 3]], v => v[0] * v[0].Sign()),
        new("Reciprocal", [["batch", 3]], v => v[0].Reciprocal()),
        new("Sqrt", [["batch", 3]], v => (v[0].Square() + 1).Sqrt()),
        new("Exp", [["batch", 3]], v => v[0].Exp()),
        new("Log", [["batch", 3]], v => (v[0].Square() + 1).Log()),
        new("Sin", [["batch", 3]], v => v[0].Sin()),
        new("Cos", [["batch", 3]], v => v[0].Cos()),
        new("Tanh", [["batch", 3]], v => v[0].Tanh()),
        new("Sigmoid", [["batch", 3]], v => v[0].Sigmoid()),
        new("Relu", [["batch", 3]], v => v[0].Relu()),

        new("Add", [["batch", 1, 3], ["sequence", 1]], v => v[0] + v[1]),
        new("Sub", [["batch", 1, 3], ["sequence", 1]], v => v[0] - v[1]),
        new("Mul", [["batch", 1, 3], ["sequence", 1]], v => v[0] * v[1]),
        new("Mul", [[3], [1]], v => v[0] * v[1] * v[0]),
        new("Div", [["batch", 1, 3], ["sequence", 1]], v => v[0] / v[1]),
        new("Min", [["batch", 1, 3], ["sequence", 1]], v => v[0].Minimum(v[1])),
        new("Max", [["batch", 1, 3], ["sequence", 1]], v => v[0].Maximum(v[1])),
        new("Where", [["batch", 1, 3], ["sequence", 1]], v => v[0].Less(v[1]).Where(v[0] * 2, v[1].Square())),

        new("ReduceSum", [["batch", "sequence", 3]], v => v[0].Sum(keep: false, 1)),
        new("ReduceSum", [["batch", "sequence", 3]], v => v[0].Sum(keep: true, -1, 0)),
        new("ReduceMean", [["batch", "sequence", 3]], v => v[0].Mean(keep: false, -1)),
        new("ReduceMean", [["batch", "sequence", 3]], v => v[0].Mean(keep: true, 1, 2) * v[0]),
        new("ReduceMean", [["batch", "sequence", 3]], v => v[0].Mean(keep: false)),
        new("ReduceMax", [["batch", "sequence", 3]], v => v[0].Max(keep: false, 1)),
        new("ReduceMax", [["batch", "sequence", 3]], v => v[0].Max(keep: true, 0, -1)),

        new("MatMul", [[2, 3], [3, 4]], v => v[0].MatMul(v[1])),
        new("MatMul", [["batch", "sequence", 3], ["batch", 3, "source"]], v => v[0].MatMul(v[1])),
        new("MatMul", [["batch", 2, "sequence", 3], [3, 4]], v => v[0].MatMul(v[1])),
        new("MatMul", [["batch", "sequence", 3], [4, 3]], v => v[0].MatMul(v[1].T())),
        new("MatMul", [["batch", 2, "sequence", "source"], ["source", 3]], v => v[0].MatMul(v[1])),
        new("MatMul", [["batch", 1, "sequence", 3], ["batch", 2, 3, "source"]], v => v[0].MatMul(v[1])),
        new("MatMul", [["batch", 2, 2, "sequence", 3], [2, 1, 3, "source"]], v => v[0].MatMul(v[1])),
        new("MatMul", [[4, 3], ["batch", 2, 3, "source"]], v => v[0].MatMul(v[1])),
        new("Softmax", [["batch", 3]], v => v[0].Softmax()),
        new("LayerNormalization", [["batch", "sequence", 4], [4], [4]], v => v[0].LayerNormalization(v[1], v[2], 1e-5f)),
        new("LayerNormalization", [["batch", 4], [4]], v => v[0].LayerNormalization(v[1], null, 1e-5f)),

        new("Transpose", [["batch", "sequence", 4]], v => v[0].Transpose(1, 2, 0)),
        new("Reshape", [["batch", "sequence", 4]], v => v[0].Reshape("batch", "sequence", 2, 2)),
        new("Reshape", [["batch", "sequence", 4]], v => v[0].Reshape("batch*sequence", 4)),
        new("Squeeze", [["batch", 1, 3, 1]], v => v[0].Squeeze(1, -1)),
        new("Unsqueeze", [["batch", 3]], v => v[0].Unsqueeze(0, -1)),
        new("Expand", [["batch", 1, 3]], v => v[0].Expand(2, "batch", 4, 3)),
        new("Expand", [["batch", 1, 3], ["sequence", 1]], v => v[0].ExpandLike(v[0] + v[1]).Exp() * v[1]),
        new("Concat", [["batch", "sequence", 2], ["batch", "source", 2], ["batch", 1, 2]], v => v[0].Concat(1, v[1], v[2])),
        new("Concat", [["batch", 2], ["batch", 3]], v => v[0].Concat(-1, v[1])),
        new("Split", [["batch", 6]], v => v[0].Split(-1, 1, 2, 3) is var parts ? parts[0].Square() * parts[2] : v[0]),
        new("Slice", [["batch", 5]], v => v[0].Slice(-1, 1, -1)),
        new("Slice", [["batch", "source", 2]], v => v[0].Slice(1, 1, 3)),
        new("Slice", [["batch", "source", 2]], v => v[0].Slice(1, -3, -1)),
        new("Slice", [["batch", "source", 2]], v => v[0].Slice(1, 1, long.MaxValue)),
        new("Slice", [[4, 3], ["batch", "sequence", 3]], v => v[0].TakeLike(v[1], 1) * v[1]),
        new("Pad", [["batch", "sequence", 2]], v => v[0].Pad(1, 2, 1) * v[0].Pad(1, 0, 3)),
        new("Gather", [[4, 3]], v => v[0].Gather(v[0].Graph.Constant([0, 2, 2, 1, 2, -1], 2, 3))),
    ];

    [TestMethod, DynamicData(nameof(Cases))]
    public void Of_EachOperator_AgreesWithCentralDifferences(Case tested)
    {
        var (op, shapes) = (tested.Operator, tested.Shapes);
        var g = new Graph(ElementType.Double);
        Value[] inputs = [.. shapes.Select((shape, i) => g.Input($"x{i}", shape))];
        var loss = tested.Build(inputs).Sin().Sum(keep: false); // a sine, so that each number has another gradient
        Assert.IsTrue(g.Nodes.Any(n => n.Op == op));
        g.Outputs.Clear();
        g.Output("loss", loss);
        var gradients = Gradient.Of(loss, inputs);
        for (var i = 0; i < inputs.Length; i++)
            g.Output($"g{i}", gradients[i]);

        var random = new Random(1);
        Array[] values = [.. shapes.Select(shape => Random(random, shape))];
        using var runner = new GraphRunner(g);
        double[][] actual = [.. Run().Skip(1).Select(r => r.As<double>())];

        // The error of a central difference is about h² = 1e-10, and 1e-16 / h from rounding. LayerNormalization gives its
        // moments as floats even among doubles: 6e-8 of a gradient.
        const double h = 1e-5;
        var tolerance = op == "LayerNormalization" ? 1e-6 : 1e-8;
        for (var i = 0; i < inputs.Length; i++)
        {
            Assert.AreEqual(Shape(inputs[i]), Shape(gradients[i]));
            foreach (var (k, place) in Places(values[i]).Index())
            {
                var x = (double)values[i].GetValue(place)!;
                values[i].SetValue(x + h, place);
                var above = Run()[0].As<double>()[0];
                values[i].SetValue(x - h, place);
                var below = Run()[0].As<double>()[0];
                values[i].SetValue(x, place);
                Assert.AreEqual((above - below) / (2 * h), actual[i][k], tolerance, $"input {i}, number {k}");
            }
        }

        GraphRunner.Result[] Run() => runner.Run([.. values.Select((v, i) => ($"x{i}", v))]);
    }

    [TestMethod]
    public void Rules_EachOperator_HasACase() =>
        CollectionAssert.AreEquivalent(Gradient.Rules.Keys.ToArray(),
            Cases.Select(c => c.Operator).Concat(["Cast", "Erf"]).Distinct().ToArray());

    [TestMethod] // the runtime has no Erf of doubles, so no central differences
    public void Of_Erf_IsTheBellCurve()
    {
        var g = new Graph();
        var x = g.Input("x", 4);
        g.Output("g", Gradient.Of(x.Erf().Sum(keep: false), x)[0]);
        float[] values = [-2, -0.5f, 0, 1];
        var actual = GraphRunner.Run(g, ("x", values))[0].As<float>();
        foreach (var (value, gradient) in values.Zip(actual))
            Assert.AreEqual(2 / Math.Sqrt(Math.PI) * Math.Exp(-value * value), gradient, 1e-6);
    }

    [TestMethod] // a central difference would see the steps of the rounding
    public void Of_CastBetweenReals_IsCastBack()
    {
        var g = new Graph();
        var x = g.Input("x", 2);
        var gradient = Gradient.Of(x.Cast(ElementType.Double).Square().Sum(keep: false), x)[0];
        Assert.AreEqual(ElementType.Float, gradient.Type);
        g.Output("g", gradient);
        CollectionAssert.AreEqual(new float[] { 6, -8 }, GraphRunner.Run(g, ("x", new float[] { 3, -4 }))[0].As<float>());
    }

    [TestMethod]
    public void Of_CastToIntegersOrComparison_Stops()
    {
        var g = new Graph();
        var x = g.Input("x", 2);
        DoesNotDepend(x.Cast(ElementType.Int64).CastReal());
        DoesNotDepend(x.Less(g.Scalar(0)).CastReal());
        DoesNotDepend(x.ShapeOf().CastReal());

        void DoesNotDepend(Value y)
        {
            var loss = y.Sum(keep: false);
            Assert.AreEqual($"{loss} does not depend on x[2].",
                Assert.ThrowsExactly<ArgumentException>(() => Gradient.Of(loss, x)).Message);
        }
    }

    [TestMethod]
    public void Of_MaxOfEquals_IsShared()
    {
        var g = new Graph();
        var x = g.Input("x", 3);
        g.Output("g", Gradient.Of(x.Max(keep: false), x)[0]);
        CollectionAssert.AreEqual(new[] { 0, 0.5f, 0.5f }, GraphRunner.Run(g, ("x", new float[] { 1, 3, 3 }))[0].As<float>());
    }

    [TestMethod]
    public void Of_MinimumAndMaximumOfEquals_GoesToTheFirst()
    {
        var g = new Graph();
        var (x, y) = (g.Input("x", 1), g.Input("y", 1));
        foreach (var (i, gradient) in Gradient.Of((x.Minimum(y) + x.Maximum(y) * 2).Sum(keep: false), x, y).Index())
            g.Output($"g{i}", gradient);
        var results = GraphRunner.Run(g, ("x", new float[] { 5 }), ("y", new float[] { 5 }));
        Assert.AreEqual(3, results[0].As<float>()[0]);
        Assert.AreEqual(0, results[1].As<float>()[0]);
    }

    [TestMethod]
    public void Of_ReluAtZero_IsZero()
    {
        var g = new Graph();
        var x = g.Input("x", 3);
        g.Output("g", Gradient.Of(x.Relu().Sum(keep: false), x)[0]);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1 }, GraphRunner.Run(g, ("x", new float[] { -1, 0, 1 }))[0].As<float>());
    }

    [TestMethod]
    public void Of_OperatorWithoutARule_NamesItAndItsValue()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", "sequence", 2);
        var y = Operators.Attention(x, x, x, null, 1, 1, 1, causal: false, softcap: 0, out var weights);
        NotSupported("No gradient is defined for Attention, which gave Attention_1[batch, sequence, 2].", y);
        NotSupported("No gradient is defined for Attention, which gave Attention_4[batch, 1, sequence, sequence].", weights);
        NotSupported("No gradient is defined for Gather along axis 1, which gave Gather_1[batch, 2, 2].", x.Gather(g.Longs(0, 0), axis: 1));
        Assert.AreEqual("[batch, sequence, 2]", Shape(Gradient.Of(y.Square().Sum(keep: false), y)[0])); // of its output it is

        void NotSupported(string message, Value output) =>
            Assert.AreEqual(message, Assert.ThrowsExactly<NotSupportedException>(() => Gradient.Of(output.Sum(keep: false), x)).Message);
    }

    [TestMethod]
    public void Of_LossOfSeveralNumbersOrIntegers_IsAnError()
    {
        var g = new Graph();
        var x = g.Input("x", 2);
        var count = g.Input("n", ElementType.Int64);
        Assert.AreEqual("The loss must be one real number: x[2] is Float.",
            Assert.ThrowsExactly<ArgumentException>(() => Gradient.Of(x, x)).Message);
        Assert.AreEqual("The loss must be one real number: n[] is Int64.",
            Assert.ThrowsExactly<ArgumentException>(() => Gradient.Of(count, count)).Message);
    }

    [TestMethod]
    public void Of_WeightSharedByABatch_IsOneProductOfMatrices()
    {
        var g = new Graph();
        var (x, w) = (g.Input("x", "batch", "sequence", 3), g.Input("w", 4, 3));
        var gradient = Gradient.Of(x.MatMul(w.T()).Exp().Sum(keep: false), w)[0];
        Assert.AreEqual("Transpose", gradient.Producer!.Inputs[0]!.Producer!.Op); // read transposed, which the runtime does in the product
        Assert.AreEqual("[4, batch*sequence]", Shape(gradient.Producer.Inputs[0]!));
        Assert.AreEqual("[batch*sequence, 3]", Shape(gradient.Producer.Inputs[1]!));
        g.Output("g", gradient);
        Assert.AreEqual("Exp Identity MatMul MatMul Mul Reshape Reshape Transpose Transpose Unsqueeze", Written(g));
    }

    [TestMethod]
    public void Of_WhatNobodyAskedFor_IsNotWritten()
    {
        var g = new Graph();
        var (x, w) = (g.Input("x", "batch", 3), g.Input("w", 3, 4));
        g.Output("g", Gradient.Of((x.MatMul(w) * 2).Sum(keep: false), x)[0]);
        Assert.AreEqual("Expand Identity MatMul MatMul Mul Mul Shape Transpose Unsqueeze", Written(g));
    }

    [TestMethod]
    public void Of_AMean_IsSpreadByTheNextOperator()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", 4);
        g.Output("g", Gradient.Of(x.Square().Mean(keep: false), x)[0]);
        Assert.DoesNotContain("Expand", Written(g));
    }

    static string Written(Graph g) => string.Join(' ', OnnxModel.ToProto(g).Graph.Node.Select(n => n.OpType).Order());

    static string Shape(Value value) => value.ToString()[value.Name.Length..];

    static Array Random(Random random, Dim[] shape)
    {
        var array = Array.CreateInstance(typeof(double),
            [.. shape.Select(d => d.Symbol switch { "batch" => Batch, "sequence" => Sequence, "source" => Source, _ => d.Size })]);
        foreach (var place in Places(array))
            // away from the kinks of Abs and Relu, and where 1/x bends much
            array.SetValue((random.NextDouble() + 0.5) * (random.Next(2) * 2 - 1), place);
        return array;
    }

    static IEnumerable<int[]> Places(Array array)
    {
        for (var flat = 0; flat < array.Length; flat++)
        {
            var place = new int[array.Rank];
            for (int axis = array.Rank - 1, rest = flat; axis >= 0; rest /= array.GetLength(axis), axis--)
                place[axis] = rest % array.GetLength(axis);
            yield return place;
        }
    }
}
