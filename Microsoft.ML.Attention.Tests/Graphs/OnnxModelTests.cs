using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Graphs.Onnx;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class OnnxModelTests
{
    [TestMethod]
    public void Serialize_SymbolicBatch_RunsAtAnySize()
    {
        var g = new Graph();
        g.Output("y", g.Input("x", "batch", 2).MatMul(g.Initializer("w", new float[] { 1, 2, 3, 4 }, 2, 2)) + 1);
        using var runner = new GraphRunner(g);
        CollectionAssert.AreEqual(new float[] { 8, 11 }, runner.Run(("x", new float[,] { { 1, 2 } }))[0].As<float>());
        CollectionAssert.AreEqual(new float[] { 8, 11, 2, 3 }, runner.Run(("x", new float[,] { { 1, 2 }, { 1, 0 } }))[0].As<float>());
    }

    [TestMethod]
    public void Serialize_ReadBack_IsTheGraph()
    {
        var g = new Graph();
        g.Output("y", g.Input("x", "batch", 2).MatMul(g.Initializer("w", new float[] { 1, 2, 3, 4 }, 2, 2)).Sum(keep: false, 1));

        var model = ModelProto.Parser.ParseFrom(OnnxModel.Serialize(g));

        Assert.AreEqual(10, model.IrVersion);
        Assert.AreEqual(("", 18L), (model.OpsetImport.Single().Domain, model.OpsetImport.Single().Version));
        var x = model.Graph.Input.Single();
        Assert.AreEqual(("x", 1), (x.Name, x.Type.TensorType.ElemType));
        Assert.AreEqual(("batch", 2), (x.Type.TensorType.Shape.Dim[0].DimParam, x.Type.TensorType.Shape.Dim[1].DimValue));
        Assert.AreEqual("y", model.Graph.Output.Single().Name);
        var w = model.Graph.Initializer.Single(i => i.Name == "w");
        CollectionAssert.AreEqual(new long[] { 2, 2 }, w.Dims);
        Assert.AreEqual("0000803F000000400000404000008040", Convert.ToHexString(w.RawData.Span));
        Assert.AreEqual("MatMul ReduceSum Identity", OperatorsOf(model));
        var sum = model.Graph.Node[1];
        Assert.AreEqual(("keepdims", AttributeProto.Types.AttributeType.Int, 0),
            (sum.Attribute[0].Name, sum.Attribute[0].Type, sum.Attribute[0].I));
        CollectionAssert.AreEqual(
            new[] { model.Graph.Node[0].Output[0], model.Graph.Initializer.Single(i => i.Name != "w").Name }, sum.Input);
    }

    [TestMethod]
    public void ToProto_NodesNoOutputNeeds_AreLeftOut()
    {
        var g = new Graph();
        var x = g.Input("x", 2);
        _ = x.Exp() * g.Initializer("unused", new float[2], 2);
        g.Output("y", -x);
        var model = OnnxModel.ToProto(g);
        Assert.AreEqual("Neg Identity", OperatorsOf(model));
        Assert.IsEmpty(model.Graph.Initializer);
    }

    [TestMethod]
    public void ToProto_OptionalInputsAndOutputs_AreLeftOutByEmptyNames()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", "sequence", 2);
        g.Output("normalized", x.LayerNormalization(g.Constant([1f, 1f], 2), null, 1e-5f));
        Operators.Attention(x, x, x, null, 1, 1, 1, false, 0, out var weights);
        g.Output("weights", weights);
        var model = OnnxModel.ToProto(g);
        var nodes = model.Graph.Node;

        Assert.AreEqual(23, model.OpsetImport.Single().Version);
        var normalization = nodes.Single(n => n.OpType == "LayerNormalization");
        Assert.HasCount(2, normalization.Input);
        Assert.HasCount(1, normalization.Output);
        var attention = nodes.Single(n => n.OpType == "Attention");
        Assert.HasCount(3, attention.Input);
        CollectionAssert.AreEqual(new[] { attention.Name, "", "", weights.Name }, attention.Output);
    }

    [TestMethod]
    public void ToProto_SplitOfWhichOnePartIsUsed_KeepsAllOutputs()
    {
        var g = new Graph();
        g.Output("y", g.Input("x", "batch", 6).Split(1, 1, 2, 3)[1]);
        Assert.HasCount(3, OnnxModel.ToProto(g).Graph.Node[0].Output);
        CollectionAssert.AreEqual(new float[] { 2, 3 }, GraphRunner.Run(g, ("x", new float[,] { { 1, 2, 3, 4, 5, 6 } }))[0].As<float>());
    }

    [TestMethod]
    public void ToProto_OperatorOfMicrosoft_ImportsItsDomain()
    {
        var g = new Graph();
        var x = g.Input("x", "batch", 2);
        g.Output("y", g.Append("FastGelu", "com.microsoft", [(x.Type, x.Shape)], [x])[0]);
        Assert.AreEqual(1, OnnxModel.ToProto(g).OpsetImport.Single(o => o.Domain == "com.microsoft").Version);
        Assert.AreEqual(0, GraphRunner.Run(g, ("x", new float[,] { { 0, 1 } }))[0].As<float>()[0]);
    }

    [TestMethod]
    public void ToProto_EachKindOfAttribute_IsWritten()
    {
        var g = new Graph();
        g.Output("y", g.Append("Any", ElementType.Float, [], [], ("f", 0.5f), ("s", "add"), ("is", new long[] { 1, 2 })));
        var attributes = OnnxModel.ToProto(g).Graph.Node[0].Attribute;
        Assert.AreEqual(0.5f, attributes[0].F);
        Assert.AreEqual("add", attributes[1].S.ToStringUtf8());
        CollectionAssert.AreEqual(new long[] { 1, 2 }, attributes[2].Ints);
        g.Output("z", g.Append("Any", ElementType.Float, [], [], ("d", 0.5)));
        Assert.AreEqual("The attribute 'd' is a Double.", Assert.ThrowsExactly<NotSupportedException>(() => OnnxModel.ToProto(g)).Message);
    }

    [TestMethod]
    public void Serialize_AnyGraph_IsLoadedByAPlainSession()
    {
        var g = new Graph();
        g.Output("y", g.Input("x", "batch", 2).Softmax());
        using var session = new InferenceSession(OnnxModel.Serialize(g));
        CollectionAssert.AreEqual(new[] { -1, 2 }, session.InputMetadata["x"].Dimensions);
        Assert.AreEqual("batch", session.OutputMetadata["y"].SymbolicDimensions[0]);
    }

    static string OperatorsOf(ModelProto model) => string.Join(' ', model.Graph.Node.Select(n => n.OpType));
}
