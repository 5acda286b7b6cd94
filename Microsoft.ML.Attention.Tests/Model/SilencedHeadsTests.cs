using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public sealed class SilencedHeadsTests
{
    /// <summary>Two layers of three heads of two numbers.</summary>
    static readonly Architecture Stack = new()
    {
        InputWidths = [6],
        Width = 6,
        Heads = 3,
        KeyValueHeads = 3,
        HeadDimension = 2,
        ValueHeadDimension = 2,
        OutputWidth = 6,
        Scale = 1,
        Block = AttentionBlock.Residual,
        Layers = 2,
    };

    static readonly AttentionParameters Parameters = AttentionParameters.Create(ParameterLayout.Of(Stack).Select(spec => KeyValuePair.Create(spec.Name, Ones(spec.Shape))));

    [TestMethod]
    public void Of_TwoHeadsOfALayer_ZeroesTheirColumnsAndNothingElse()
    {
        var silenced = SilencedHeads.Of(Stack, Parameters, [(1, 0), (1, 2)]);

        Assert.AreSequenceEqual(Enumerable.Repeat(new float[] { 0, 0, 1, 1, 0, 0 }, 6).SelectMany(row => row), silenced["layers.1.self_attn.out_proj.weight"].Values.ToArray());
        foreach (var name in Parameters.Names.Where(name => name != "layers.1.self_attn.out_proj.weight"))
            Assert.AreSame(Parameters[name], silenced[name]);
    }

    [TestMethod]
    [DataRow(2, 0, "There is no layer 2: the stage has 2, counted from 0.")]
    [DataRow(-1, 0, "There is no layer -1: the stage has 2, counted from 0.")]
    [DataRow(1, 3, "There is no head 3 in layer 1: it has 3, counted from 0.")]
    [DataRow(1, -1, "There is no head -1 in layer 1: it has 3, counted from 0.")]
    public void Of_WhatIsNotThere_IsRefused(int layer, int head, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(() => SilencedHeads.Of(Stack, Parameters, [(layer, head)])).Message);

    static AttentionTensor Ones(long[] shape) => new(shape, Enumerable.Repeat(1f, (int)shape.Aggregate((a, b) => a * b)).ToArray());
}
