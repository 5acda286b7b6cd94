using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class ShapesTests
{
    [TestMethod]
    [DataRow("a[batch, 1, 3]", "b[5, 1]", "[batch, 5, 3]")]
    [DataRow("a[3]", "b[batch, sequence, 3]", "[batch, sequence, 3]")]
    [DataRow("a[batch, sequence]", "b[batch, sequence]", "[batch, sequence]")]
    [DataRow("a[]", "b[batch]", "[batch]")]
    public void Broadcast_OnesAndEquals_Stretch(string a, string b, string expected) =>
        Assert.AreEqual(expected, Text(Shapes.Broadcast(Parse(a), Parse(b))));

    [TestMethod]
    [DataRow("q[batch, 3]", "k[batch, 4]", "Cannot broadcast q[batch, 3] with k[batch, 4]: 3 against 4.")]
    [DataRow("q[batch, 3]", "k[sequence, 3]", "Cannot broadcast q[batch, 3] with k[sequence, 3]: batch against sequence.")]
    [DataRow("q[batch, 3]", "k[2, 3]", "Cannot broadcast q[batch, 3] with k[2, 3]: batch against 2.")]
    public void Broadcast_DifferentSizes_NamesBoth(string a, string b, string message) =>
        Throws(message, () => Shapes.Broadcast(Parse(a), Parse(b)));

    [TestMethod]
    public void Broadcast_OfThree_NamesTheTwoThatDiffer() => Throws(
        "Cannot broadcast b[5, 3] with c[4]: 3 against 4.", () => Shapes.Broadcast(Parse("a[1, 1]"), Parse("b[5, 3]"), Parse("c[4]")));

    [TestMethod]
    [DataRow("a[2, 3]", "b[3, 4]", "[2, 4]")]
    [DataRow("a[batch, 2, sequence, 3]", "b[3, 4]", "[batch, 2, sequence, 4]")]
    [DataRow("a[sequence, 3]", "b[batch, 2, 3, source]", "[batch, 2, sequence, source]")]
    [DataRow("a[batch, 1, sequence, 3]", "b[batch, 2, 3, source]", "[batch, 2, sequence, source]")]
    public void MatMul_Batches_Broadcast(string a, string b, string expected) =>
        Assert.AreEqual(expected, Text(Shapes.MatMul(Parse(a), Parse(b))));

    [TestMethod]
    [DataRow("q[batch, 3, 4]", "k[5, 6]", "Cannot multiply q[batch, 3, 4] by k[5, 6]: 4 columns against 5 rows.")]
    [DataRow("q[batch, 3, 4]", "k[2, 4, 6]", "Cannot multiply q[batch, 3, 4] by k[2, 4, 6]: batch matrices against 2.")]
    [DataRow("q[batch, 4]", "k[4]", "Cannot multiply q[batch, 4] by k[4]: each needs rows and columns.")]
    public void MatMul_WrongShapes_SayWhat(string a, string b, string message) => Throws(message, () => Shapes.MatMul(Parse(a), Parse(b)));

    [TestMethod]
    [DataRow("x[batch, sequence, 6]", "y[batch, sequence, 2, 3]", "0, 0, 2, 3")]
    [DataRow("x[batch, sequence, 6]", "y[batch*sequence, 6]", "-1, 6")]
    [DataRow("x[batch, 2, sequence, 3]", "y[batch, 2*sequence, 3]", "0, -1, 3")]
    [DataRow("x[batch, sequence+1, 3]", "y[batch, source, 3]", "0, -1, 3")]
    [DataRow("x[batch, 6]", "y[6, batch]", "6, -1")]
    public void Reshape_AtMostOneSymbolMoved_IsSaid(string x, string y, string expected) =>
        Assert.AreEqual(expected, string.Join(", ", Shapes.Reshape(Parse(x), Parse(y).Shape)!));

    [TestMethod]
    [DataRow("x[batch, 3, 4]", "y[batch, 5]", "Cannot reshape x[batch, 3, 4] to [batch, 5]: batch*12 numbers against batch*5.")]
    [DataRow("x[batch, 3]", "y[6]", "Cannot reshape x[batch, 3] to [6]: batch*3 numbers against 6.")]
    [DataRow("x[batch, sequence, 3]", "y[sequence, batch, 3]",
        "Cannot reshape x[batch, sequence, 3] to [sequence, batch, 3]: at most one symbolic axis may be in a new place; use ReshapeLike.")]
    public void Reshape_WhatCannotBeSaid_IsAnError(string x, string y, string message) =>
        Throws(message, () => Parse(x).Reshape(Parse(y).Shape));

    [TestMethod]
    public void Expand_WhatCannotBeSaid_IsAnError()
    {
        var x = Parse("x[batch, 1, 3]");
        Throws("Cannot expand x[batch, 1, 3] to [batch, 2, 4].", () => x.Expand("batch", 2, 4));
        Throws("Cannot expand x[batch, 1, 3] to [2, 3].", () => x.Expand(2, 3));
        Throws("Cannot expand x[batch, 1, 3] to [batch, sequence, 3]: a symbolic axis must be there already; use ExpandLike.", () =>
            x.Expand("batch", "sequence", 3));
    }

    [TestMethod]
    public void Axes_OutsideOrTwice_AreErrors()
    {
        var x = Parse("x[batch, 1, 3]");
        Throws("x[batch, 1, 3] has no axis 3.", () => x.Sum(keep: true, 3));
        Throws("x[batch, 1, 3] has no axis -4.", () => x.Slice(-4, 0, 1));
        Throws("Axes 1, -2 of x[batch, 1, 3] name one twice.", () => x.Sum(keep: true, 1, -2));
        Throws("Cannot squeeze axes 1, 2 of x[batch, 1, 3]: only axes of 1.", () => x.Squeeze(1, 2));
        Throws("Cannot transpose x[batch, 1, 3] by [0, 2]: it is not an order of its 3 axes.", () => x.Transpose(0, 2));
        Throws("Cannot transpose x[3]: it has no rows and columns.", () => Parse("x[3]").T());
    }

    [TestMethod]
    public void Parts_ThatDoNotFit_AreErrors()
    {
        var x = Parse("x[batch, 4]");
        Throws("Cannot split axis 1 of x[batch, 4] into 1, 2.", () => x.Split(1, 1, 2));
        Throws("Cannot slice axis 1 of x[batch, 4] from 3 to 2.", () => x.Slice(1, 3, 2));
        Throws("Cannot slice axis 1 of x[batch, 4] from 0 to 5.", () => x.Slice(1, 0, 5));
        Throws("Cannot slice axis 1 of x[batch, 4] from -5 to -1.", () => x.Slice(1, -5, -1));
        Throws("Cannot slice axis 0 of x[batch, 4] from 2 to 1.", () => x.Slice(0, 2, 1));
        Throws("Cannot slice axis 0 of x[batch, 4] from -1 to 1: how much that is depends on batch.", () => x.Slice(0, -1, 1));
        Throws("Cannot concatenate x[batch, 4] and y[3, 5] along axis 0: their other axes differ.", () =>
            x.Concat(0, x.Graph.Input("y", 3, 5)));
    }

    [TestMethod]
    public void LayerNormalization_GainOfAnotherSize_IsAnError()
    {
        var x = Parse("x[batch, 4]");
        Throws("Cannot normalize x[batch, 4] with gain g[3]: each needs 4 numbers.", () =>
            x.LayerNormalization(x.Graph.Input("g", 3), null, 1e-5f));
    }

    [TestMethod]
    public void Attention_HeadsThatDoNotFit_AreErrors()
    {
        var g = new Graph();
        var (q, k) = (g.Input("q", "batch", "target", 6), g.Input("k", "batch", "source", 4));
        Throws("q[batch, target, 6] is not [batch, sequence, a multiple of 4 heads].", () =>
            Operators.Attention(q, k, k, null, 4, 2, 1, false, 0));
        Throws("Cannot attend with 2 heads of q[batch, target, 6] to 2 of k[batch, source, 4] and k[batch, source, 4].", () =>
            Operators.Attention(q, k, k, null, 2, 2, 1, false, 0));
    }

    [TestMethod]
    public void Dim_Arithmetic_NamesWhatItCannotCount()
    {
        Dim batch = "batch", sequence = "sequence";
        Assert.AreEqual<Dim>(6, (Dim)2 * 3);
        Assert.AreEqual(batch, batch * 1);
        Assert.AreEqual("batch*(sequence+1)", (batch * (sequence + 1)).ToString());
        Assert.AreEqual("sequence-2", (sequence - 2).ToString());
        Assert.AreEqual(sequence, sequence - 0);
    }

    /// <summary>An input of a new graph, written as values print themselves.</summary>
    static Value Parse(string text)
    {
        var (name, axes) = (text[..text.IndexOf('[')], text[(text.IndexOf('[') + 1)..^1]);
        Dim[] shape = axes == "" ? [] : [.. axes.Split(", ").Select(a => long.TryParse(a, out var size) ? size : (Dim)a)];
        return new Graph().Input(name, shape);
    }

    static string Text(Dim[] shape) => $"[{string.Join(", ", shape)}]";

    static void Throws(string message, Func<object> action) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(action).Message);
}
