using System.Data;
using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class OperatorTests
{
    /// <summary>An operator, what is built of x[batch, 3] = 1 -2 3 | 4 5 -6 and y[3] = 2 4 8, and what that gives.</summary>
    public sealed class Case
    {
        internal Case(string op, Func<Value, Value, Value> build, params double[] expected) =>
            (Operator, Build, Expected) = (op, build, expected);

        internal string Operator { get; }

        internal Func<Value, Value, Value> Build { get; }

        internal double[] Expected { get; }

        public override string ToString() => $"{Operator} {string.Join(" ", Expected)}";
    }

    static IEnumerable<Case> Cases =>
    [
        new("Add", (x, y) => x + y, 3, 2, 11, 6, 9, 2),
        new("Add", (x, y) => 1 + x + 1, 3, 0, 5, 6, 7, -4),
        new("Sub", (x, y) => x - y, -1, -6, -5, 2, 1, -14),
        new("Sub", (x, y) => 1 - (x - 1), 1, 4, -1, -2, -3, 8),
        new("Mul", (x, y) => x * y, 2, -8, 24, 8, 20, -48),
        new("Mul", (x, y) => 2 * (y * 0.5), 2, 4, 8),
        new("Mul", (x, y) => y.Square(), 4, 16, 64),
        new("Div", (x, y) => x / y, 0.5, -0.5, 0.375, 2, 1.25, -0.75),
        new("Div", (x, y) => 1 / (y / 2), 1, 0.5, 0.25),
        new("Min", (x, y) => x.Minimum(y), 1, -2, 3, 2, 4, -6),
        new("Max", (x, y) => x.Maximum(y), 2, 4, 8, 4, 5, 8),

        new("Neg", (x, y) => -x, -1, 2, -3, -4, -5, 6),
        new("Abs", (x, y) => x.Abs(), 1, 2, 3, 4, 5, 6),
        new("Sign", (x, y) => x.Sign(), 1, -1, 1, 1, 1, -1),
        new("Reciprocal", (x, y) => y.Reciprocal(), 0.5, 0.25, 0.125),
        new("Sqrt", (x, y) => y.Sqrt(), 1.41421356, 2, 2.82842712),
        new("Exp", (x, y) => x.Exp(), 2.71828183, 0.135335283, 20.0855369, 54.5981500, 148.413159, 0.00247875218),
        new("Log", (x, y) => y.Log(), 0.693147181, 1.38629436, 2.07944154),
        new("Sin", (x, y) => x.Sin(), 0.841470985, -0.909297427, 0.141120008, -0.756802495, -0.958924275, 0.279415498),
        new("Cos", (x, y) => x.Cos(), 0.540302306, -0.416146837, -0.989992497, -0.653643621, 0.283662185, 0.960170287),
        new("Tanh", (x, y) => x.Tanh(), 0.761594156, -0.964027580, 0.995054754, 0.999329300, 0.999909204, -0.999987712),
        new("Sigmoid", (x, y) => x.Sigmoid(), 0.731058579, 0.119202922, 0.952574127, 0.982013790, 0.993307149, 0.00247262316),
        new("Erf", (x, y) => x.Erf(), 0.842700793, -0.995322265, 0.999977910, 0.999999985, 1, -1),
        new("Relu", (x, y) => x.Relu(), 1, 0, 3, 4, 5, 0),

        new("ReduceSum", (x, y) => x.Sum(keep: false, -1), 2, 3),
        new("ReduceSum", (x, y) => x.Sum(keep: false), 5),
        new("ReduceSum", (x, y) => x.Sum(keep: false).Sum(keep: false), 5),
        new("ReduceMean", (x, y) => x.Mean(keep: true, 0), 2.5, 1.5, -1.5),
        new("ReduceMax", (x, y) => x.Max(keep: true, 1), 3, 5),

        new("Equal", (x, y) => x.Equal(x.Graph.Scalar(3)), 0, 0, 1, 0, 0, 0),
        new("Less", (x, y) => x.Less(x.Graph.Scalar(3)), 1, 1, 0, 0, 0, 1),
        new("LessOrEqual", (x, y) => x.LessOrEqual(x.Graph.Scalar(3)), 1, 1, 1, 0, 0, 1),
        new("Greater", (x, y) => x.Greater(x.Graph.Scalar(3)), 0, 0, 0, 1, 1, 0),
        new("GreaterOrEqual", (x, y) => x.GreaterOrEqual(x.Graph.Scalar(3)), 0, 0, 1, 1, 1, 0),
        new("And", (x, y) => x.Greater(x.Graph.Scalar(0)).And(x.Less(y)), 1, 0, 1, 0, 0, 0),
        new("Or", (x, y) => x.Greater(x.Graph.Scalar(4)).Or(x.Less(y)), 1, 1, 1, 0, 1, 1),
        new("Not", (x, y) => x.Less(y).Not(), 0, 0, 0, 1, 1, 0),
        new("Where", (x, y) => x.Less(y).Where(x, y), 1, -2, 3, 2, 4, -6),
        new("Cast", (x, y) => x.Cast(ElementType.Int64) * 2, 2, -4, 6, 8, 10, -12),
        new("Cast", (x, y) => x.Less(y).CastReal() * 0.5, 0.5, 0.5, 0.5, 0, 0, 0.5),

        new("MatMul", (x, y) => x.MatMul(y.Unsqueeze(-1)), 18, -20),
        new("MatMul", (x, y) => x.Unsqueeze(1).MatMul(y.Reshape(3, 1)), 18, -20),
        new("MatMul", (x, y) => y.Reshape(1, 3).MatMul(x.Unsqueeze(-1)), 18, -20),
        new("Softmax", (x, y) => y.Log().Softmax(), 1 / 7.0, 2 / 7.0, 4 / 7.0),

        new("QuantizeLinear", (x, y) => Bytes(x, step: 2).CastReal(), 128, 127, 130, 130, 130, 125),                  // 0.5 and 2.5 to even
        new("QuantizeLinear", (x, y) => Bytes(x, step: 0.02).CastReal(), 178, 28, 255, 255, 255, 0),
        new("MatMulIntegerToFloat", (x, y) => ByBytes(x, ElementType.Int8), -6, 0, 16, 0),
        new("MatMulIntegerToFloat", (x, y) => ByBytes(x, ElementType.UInt8), -6, 0, 16, 0),

        new("Transpose", (x, y) => x.T(), 1, 4, -2, 5, 3, -6),
        new("Transpose", (x, y) => x.Unsqueeze(0).Transpose(1, 2, 0) + 0, 1, -2, 3, 4, 5, -6),
        new("Reshape", (x, y) => x.Reshape("all"), 1, -2, 3, 4, 5, -6),
        new("Reshape", (x, y) => x.Reshape("batch", 1, 3), 1, -2, 3, 4, 5, -6),
        new("Reshape", (x, y) => x.Reshape("batch*3").ReshapeLike(x), 1, -2, 3, 4, 5, -6),
        new("Reshape", (x, y) => x.T().ReshapeLike(x.Concat(0, x).Slice(0, 0, -2)), 1, 4, -2, 5, 3, -6),
        new("Unsqueeze", (x, y) => x.Unsqueeze(0, -1), 1, -2, 3, 4, 5, -6),
        new("Squeeze", (x, y) => x.Sum(keep: true, 1).Squeeze(-1), 2, 3),
        new("Expand", (x, y) => y.Expand(2, 3), 2, 4, 8, 2, 4, 8),
        new("Expand", (x, y) => x.Max(keep: true, 1).Expand("batch", 2), 3, 3, 5, 5),
        new("Expand", (x, y) => y.ExpandLike(x), 2, 4, 8, 2, 4, 8),
        new("Concat", (x, y) => x.Concat(0, y.Unsqueeze(0)), 1, -2, 3, 4, 5, -6, 2, 4, 8),
        new("Concat", (x, y) => Operators.Concat(-1, y, y), 2, 4, 8, 2, 4, 8),
        new("Slice", (x, y) => x.Slice(1, 1, 3), -2, 3, 5, -6),
        new("Slice", (x, y) => x.Slice(-1, -2, -1), -2, 5),
        new("Slice", (x, y) => x.Slice(-1, -2, long.MaxValue), -2, 3, 5, -6),
        new("Slice", (x, y) => x.Slice(0, 1, long.MaxValue), 4, 5, -6),
        new("Slice", (x, y) => x.Slice(0, 0, -1), 1, -2, 3),
        new("Slice", (x, y) => x.Slice(0, 0, 1), 1, -2, 3),
        new("Slice", (x, y) => x.Slice(0, -2, -1), 1, -2, 3),
        new("Slice", (x, y) => x.Slice(0, -1, long.MaxValue), 4, 5, -6),
        new("Split", (x, y) => x.Split(-1, 1, 2)[1], -2, 3, 5, -6),
        new("Split", (x, y) => x.Concat(0, y.Unsqueeze(0)).SplitLike(0, x, y.Unsqueeze(0))[1], 2, 4, 8),
        new("Gather", (x, y) => y.Gather(y.Graph.Constant([2, 0, -1, 1], 2, 2)), 8, 2, 8, 4),
        new("Gather", (x, y) => x.Gather(x.Graph.Longs(2, 0), axis: 1), 3, 1, -6, 4),
        new("Shape", (x, y) => x.ShapeOf(), 2, 3),
        new("Shape", (x, y) => x.DimensionOf(0) * 10, 20),
        new("Expand", (x, y) => y.Graph.Scalar(7).ExpandTo(x.DimensionOf(0), "batch"), 7, 7),
        new("Slice", (x, y) => y.TakeLike(x, 0), 2, 4),
        new("CumSum", (x, y) => x.SumBefore(1), 0, 1, -1, 0, 4, 9),
    ];

    static Value Bytes(Value x, double step) => Operators.QuantizeLinear(x, x.Graph.Scalar(step), x.Graph.Scalar(128, ElementType.UInt8));

    /// <summary>By the columns 1 2 -3, of which each is half, and 7 7 7, of which each is nothing.</summary>
    static Value ByBytes(Value x, ElementType type) =>
        Operators.MatMulIntegerToFloat(Bytes(x, step: 1), x.Graph.Scalar(128, ElementType.UInt8),
        x.Graph.Bytes(type == ElementType.Int8 ? [1, 7, 2, 7, 253, 7] : [129, 135, 130, 135, 125, 135], type, 3, 2),
        x.Graph.Scalar(type == ElementType.Int8 ? 0 : 128, type), x.Graph.Constant([0.5f, 0], 2));

    [TestMethod, DynamicData(nameof(Cases))]
    public void Run_EachOperator_GivesTheNumbersAndTheInferredShape(Case tested)
    {
        var g = new Graph();
        var y = g.Output("result", tested.Build(g.Input("x", "batch", 3), g.Input("y", 3)));
        Assert.IsTrue(g.Nodes.Any(n => n.Op == tested.Operator));

        var result = GraphRunner.Run(g, ("x", new float[,] { { 1, -2, 3 }, { 4, 5, -6 } }), ("y", new float[] { 2, 4, 8 }))[0];

        CollectionAssert.AreEqual(y.Shape.Select(AtBatch2).ToArray(), result.Shape);
        double[] actual = [.. result.Values.Cast<object>().Select(Convert.ToDouble)];
        Assert.HasCount(tested.Expected.Length, actual);
        foreach (var (expected, number) in tested.Expected.Zip(actual))
            Assert.AreEqual(expected, number, 1e-6 * Math.Max(1, Math.Abs(expected))); // a few float roundings, 6e-8 each
    }

    /// <summary>The size that a symbolic axis such as "batch*3" or "batch-1" has in a batch of two.</summary>
    static long AtBatch2(Dim dim)
    {
        using var calculator = new DataTable();
        return Convert.ToInt64(calculator.Compute(dim.ToString().Replace("batch", "2").Replace("all", "6"), null));
    }

    [TestMethod]
    public void LayerNormalization_OfTwoNumbers_IsMinusAndPlusOneTimesGainPlusBias()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", 2);
        g.Output("plain", x.LayerNormalization(g.Constant([1f, 1f], 2), null, 0));
        g.Output("y", x.LayerNormalization(g.Constant([2f, 3f], 2), g.Constant([0.5f, 0.25f], 2), 0));
        var results = GraphRunner.Run(g, ("x", new float[,] { { 1, 3 } }));
        CollectionAssert.AreEqual(new float[] { -1, 1 }, results[0].As<float>());
        CollectionAssert.AreEqual(new float[] { -1.5f, 3.25f }, results[1].As<float>());
    }

    [TestMethod]
    public void Attention_OneQueryTwoKeys_AveragesTheValuesByTheSoftmax()
    {
        var g = new Graph();
        var (q, k, v) = (g.Input("q", "batch", "target", 2), g.Input("k", "batch", "source", 1), g.Input("v", "batch", "source", 1));
        var mask = g.Constant([true, true, true, false], 1, 2, 1, 2); // the second head does not see the second key
        var y = Operators.Attention(q, k, v, mask, queryHeads: 2, keyValueHeads: 1, scale: 1, causal: false, softcap: 0, out var weights);
        Assert.AreEqual("[batch, target, 2]", y.ToString()[y.Name.Length..]);
        Assert.AreEqual("[batch, 2, target, source]", weights.ToString()[weights.Name.Length..]);
        g.Output("y", y);
        g.Output("weights", weights);
        var results = GraphRunner.Run(g, ("q", new float[,,] { { { 1, 5 } } }), ("k", new float[,,] { { { 0 }, { MathF.Log(3) } } }),
            ("v", new float[,,] { { { 4 }, { 8 } } }));
        CollectionAssert.AreEqual(new long[] { 1, 2, 1, 2 }, results[1].Shape);
        float[] expected = [0.25f, 0.75f, 1, 0];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], results[1].As<float>()[i], 1e-6f);
        Assert.AreEqual(7, results[0].As<float>()[0], 1e-5f);
        Assert.AreEqual(4, results[0].As<float>()[1], 1e-5f);
    }

    [TestMethod]
    public void Attention_Causal_DoesNotSeeLaterKeys()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", "sequence", 1);
        g.Output("y", Operators.Attention(x, x, x, null, 1, 1, scale: 1, causal: true, softcap: 0));
        Assert.AreEqual(3, GraphRunner.Run(g, ("x", new float[,,] { { { 3 }, { 7 } } }))[0].As<float>()[0]);
    }

    [TestMethod]
    public void Add_OfAnExpand_ReadsWhatWasExpanded()
    {
        var g = new Graph();
        var (x, y) = (g.Input("x", "batch", 3), g.Input("y", 3));
        Assert.AreSame(y, (x + y.ExpandLike(x)).Producer!.Inputs[1]);
        Assert.AreEqual("Expand", (y + y.ExpandLike(x)).Producer!.Inputs[1]!.Producer!.Op);
    }

    [TestMethod]
    public void T_Twice_IsTheValueItself()
    {
        var x = new Graph().Input("x", "batch", 2, 3);
        Assert.AreSame(x, x.T().T());
        Assert.AreNotSame(x, x.Transpose(1, 2, 0).T());
    }

    [TestMethod]
    public void Operators_OfDifferentTypes_NameBoth()
    {
        var g = new Graph();
        var (x, n) = (g.Input("x", 2), g.Input("n", ElementType.Int64, 2));
        Throws("Add needs one element type: x[2] is Float, n[2] is Int64.", () => x + n);
        Throws("Where needs a condition: x[2] is Float.", () => x.Where(x, x));
        Throws("Gather needs indices: x[2] is Float.", () => x.Gather(x));
    }

    [TestMethod]
    public void Operators_OfBytes_RefuseOtherTypesAndSizes()
    {
        var g = new Graph();
        var (x, a, b, zero) = (g.Input("x", 2, 3), g.Input("a", ElementType.UInt8, 2, 3), g.Input("b", ElementType.Int8, 3, 4),
            g.Input("zero", ElementType.UInt8));
        Throws("Cannot quantize x[2, 3] around x[2, 3]: it is Float.", () => Operators.QuantizeLinear(x, g.Scalar(1), x));
        Throws("Cannot multiply a[2, 3] around zero[] by b[3, 4] around zero[] as 8-bit integers: they are UInt8, UInt8, Int8 and UInt8.",
            () => Operators.MatMulIntegerToFloat(a, zero, b, zero, x));
        Throws("Cannot scale the 4 columns of a[2, 3] by b[3, 4] with x[2, 3].", () =>
            Operators.MatMulIntegerToFloat(a, zero, b, g.Input("other", ElementType.Int8), x));
    }

    static void Throws(string message, Func<object> action) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(action).Message);
}
