using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Training;

namespace Microsoft.ML.Attention.Tests.Training;

[TestClass]
public sealed class ParameterVectorTests
{
    static readonly ParameterVector Vector = new([new("a", [2, 3], Draw.Xavier), new("b", [3], Draw.Zeros), new("c", [1, 2], Draw.Normal)]);

    static readonly AttentionParameters Tensors = AttentionParameters.Create(
    [
        KeyValuePair.Create("c", new AttentionTensor([1, 2], new float[] { 9, 10 })),
        KeyValuePair.Create("b", new AttentionTensor([3], new float[] { 6, 7, 8 })),
        KeyValuePair.Create("a", new AttentionTensor([2, 3], new float[] { 0, 1, 2, 3, 4, 5 })),
        KeyValuePair.Create("not learned", new AttentionTensor([1], new float[] { 99 })),
    ]);

    [TestMethod]
    public void Pack_TensorsInAnyOrder_LaysThemEndToEnd() =>
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, Vector.Pack(Tensors));

    [TestMethod]
    public void Unpack_WhatWasPacked_IsTheTensors()
    {
        foreach (var (name, tensor) in Vector.Unpack(Vector.Pack(Tensors)))
        {
            CollectionAssert.AreEqual(Tensors[name].Shape.ToArray(), tensor.Shape.ToArray());
            CollectionAssert.AreEqual(Tensors[name].Values.ToArray(), tensor.Values.ToArray());
        }
    }

    [TestMethod]
    public void Decayed_IsOneInMatricesOfProjections() =>
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 }, Vector.Decayed);

    [TestMethod]
    public void Split_InAGraph_IsTheTensors()
    {
        var graph = new Graph();
        foreach (var (name, value) in Vector.Split(graph.Input("vector", Vector.Length)))
            graph.Output(name, value);

        var results = GraphRunner.Run(graph, ("vector", Vector.Pack(Tensors)));

        foreach (var (name, result) in new[] { "a", "b", "c" }.Zip(results))
        {
            CollectionAssert.AreEqual(Tensors[name].Shape.ToArray(), result.Shape);
            CollectionAssert.AreEqual(Tensors[name].Values.ToArray(), result.As<float>());
        }
    }
}
