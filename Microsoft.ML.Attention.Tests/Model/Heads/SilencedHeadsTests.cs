using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Heads;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Tests.Model.Heads;

[TestClass]
public sealed class SilencedHeadsTests
{
    /// <summary>Two layers of three heads of two numbers.</summary>
    static readonly Architecture Stack = new()
    {
        Fields = [new(6)],
        ModelDimension = 6,
        NumberOfHeads = 3,
        NumberOfKeyValueHeads = 3,
        HeadDimension = 2,
        ValueHeadDimension = 2,
        OutputDimension = 6,
        Scale = 1,
        Block = AttentionBlock.Residual,
        NumberOfLayers = 2,
    };

    [TestMethod]
    public void Of_TwoHeadsOfALayer_ZeroesTheirColumnsAndNothingElse()
    {
        var parameters = Ones(Stack);

        var silenced = SilencedHeads.Of(Stack, parameters, [(1, 0), (1, 2)]);

        Assert.AreSequenceEqual(Enumerable.Repeat(new float[] { 0, 0, 1, 1, 0, 0 }, 6).SelectMany(row => row),
            silenced["layers.1.self_attn.out_proj.weight"].Values.ToArray());
        foreach (var name in parameters.Names.Where(name => name != "layers.1.self_attn.out_proj.weight"))
            Assert.AreSame(parameters[name], silenced[name]);
    }

    [TestMethod]
    public void Of_AHeadBesideAPrunedOne_ZeroesTheColumnsThatItHasNow()
    {
        var pruned = Stack with { KeptHeads = [[0, 1, 2], [0, 2]] };

        var silenced = SilencedHeads.Of(pruned, Ones(pruned), [(1, 2)]);

        Assert.AreSequenceEqual(Enumerable.Repeat(new float[] { 1, 1, 0, 0 }, 6).SelectMany(row => row),
            silenced["layers.1.self_attn.out_proj.weight"].Values.ToArray());
    }

    [TestMethod]
    [DataRow(2, 0, "There is no layer 2: the stage has 2, counted from 0.")]
    [DataRow(-1, 0, "There is no layer -1: the stage has 2, counted from 0.")]
    [DataRow(1, 3, "There is no head 3 in layer 1: it has 3, counted from 0.")]
    [DataRow(1, -1, "There is no head -1 in layer 1: it has 3, counted from 0.")]
    [DataRow(1, 1, "Head 1 of layer 1 was pruned before. Left are 0, 2.")]
    [DataRow(0, 1, "Head 1 of layer 0 was pruned before. None is left.")]
    public void Of_WhatIsNotThere_IsRefused(int layer, int head, string message)
    {
        var pruned = Stack with { KeptHeads = [[], [0, 2]] };

        Assert.AreEqual(message,
            Assert.ThrowsExactly<ArgumentException>(() => SilencedHeads.Of(pruned, Ones(pruned), [(layer, head)])).Message);
    }

    static AttentionParameters Ones(Architecture a) => AttentionParameters.Create(ParameterLayout.Of(a).Select(spec =>
        KeyValuePair.Create(spec.Name,
            new AttentionTensor(spec.Shape, Enumerable.Repeat(1f, (int)spec.Shape.Aggregate((x, y) => x * y)).ToArray()))));
}
