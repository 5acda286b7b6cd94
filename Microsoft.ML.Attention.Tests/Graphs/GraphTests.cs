using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Graphs;

[TestClass]
public class GraphTests
{
    [TestMethod]
    public void Value_Printed_IsItsNameAndShape() =>
        Assert.AreEqual("name[batch, 3, 4]", new Graph().Input("name", "batch", 3, 4).ToString());

    [TestMethod]
    public void Names_OfInputsOutputsAndInitializers_AreUnique()
    {
        var g = new Graph();
        var x = g.Input("x", 2);
        Throws("The graph already has a value named 'x'.", () => g.Input("x", 2));
        Throws("The graph already has a value named 'x'.", () => g.Initializer("x", new float[2], 2));
        Throws("The graph already has a value named 'x'.", () => g.Output("x", x));
    }

    [TestMethod]
    public void Names_Generated_GiveWayToChosenOnes()
    {
        var g = new Graph();
        var x = g.Input("x", 2);
        var sum = x + x;
        Assert.AreEqual("Add_1", sum.Name);
        g.Output("Add_1", sum.Exp());
        Assert.AreNotEqual("Add_1", sum.Name);
        Assert.AreEqual("Add_2", (x + 1).Name);
        CollectionAssert.AreEqual(new[] { 1, MathF.E }, GraphRunner.Run(g, ("x", new float[] { 0, 0.5f }))[0].As<float>());
    }

    [TestMethod]
    public void Names_OfOutputs_StayWhenWhatTheyReplacedIsClaimed()
    {
        var g = new Graph();
        var y = g.Output("y", g.Input("x", 2));
        g.Input("Identity_1", 2);
        Assert.AreEqual("y", y.Name);
    }

    [TestMethod]
    public void Scalar_AskedTwice_IsOneValue()
    {
        var g = new Graph();
        Assert.AreSame(g.Scalar(0.5), g.Scalar(0.5));
        Assert.AreNotSame(g.Scalar(0.0), g.Scalar(-0.0));
        Assert.AreNotSame(g.Scalar(1), g.Scalar(1, ElementType.Int64));
        Assert.AreSame(g.Longs(1, 2), g.Longs(1, 2));
    }

    [TestMethod]
    public void Initializer_ThatDoesNotFillItsShape_IsAnError()
    {
        var g = new Graph();
        Throws("3 values cannot fill w[2, 2].", () => g.Initializer("w", new float[3], 2, 2));
        Throws("2 values cannot fill b[batch].", () => g.Initializer("b", new float[2], "batch"));
    }

    [TestMethod]
    public void Append_ValuesOfAnotherGraph_IsAnError()
    {
        var (x, y) = (new Graph().Input("x", 2), new Graph().Input("y", 2));
        Throws("y[2] belongs to another graph.", () => x + y);
    }

    [TestMethod]
    public void Real_OfEachType_StoresItsBytes()
    {
        Assert.AreEqual("0000C03F", Stored(ElementType.Float));
        Assert.AreEqual("000000000000F83F", Stored(ElementType.Double));
        Assert.AreEqual("003E", Stored(ElementType.Float16));
        Assert.AreEqual("C03F", Stored(ElementType.BFloat16));

        static string Stored(ElementType real)
        {
            var g = new Graph(real);
            Assert.AreEqual(real, g.Initializer("w", new float[] { 1.5f }, 1).Type);
            CollectionAssert.AreEqual(g.Initializers[0].Bytes, Initializer.Encode<double>([1.5], real));
            return Convert.ToHexString(g.Initializers[0].Bytes);
        }
    }

    static void Throws(string message, Func<object> action) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(action).Message);
}
