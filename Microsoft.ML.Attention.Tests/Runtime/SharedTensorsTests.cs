using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>How sessions are given the numbers of their graphs.</summary>
[TestClass]
public sealed class SharedTensorsTests
{
    const int Size = 300;   // of which the bytes are worth an entry

    static readonly ProviderSession Provider = ProviderSession.Choose(new() { IntraOpThreads = 1 }, null, false, _ => { });

    /// <summary>Seen by changing them, which nobody else does: a session that had copied them would not notice.</summary>
    [TestMethod]
    public void Sessions_ThatShare_ReadTheNumbersWhereTheyAre()
    {
        var numbers = new float[Size];
        using var shared = new SharedTensors();
        using var first = Provider.Open(Sum("w", numbers), shared: shared);
        using var second = Provider.Open(Sum("w", numbers), shared: shared);
        numbers[1] = 5;

        Assert.AreEqual(5 + 1, Run(first)[1]);
        Assert.AreEqual(5 + 1, Run(second)[1]);
    }

    [TestMethod]
    public void Sessions_WithOtherNumbersByAName_ReadTheirOwn()
    {
        using var shared = new SharedTensors();
        using var first = Provider.Open(Sum("w", [.. Enumerable.Repeat(1f, Size)]), shared: shared);
        using var second = Provider.Open(Sum("w", [.. Enumerable.Repeat(2f, Size)]), shared: shared);

        Assert.AreEqual(1 + 1, Run(first)[1]);
        Assert.AreEqual(2 + 1, Run(second)[1]);
    }

    [TestMethod]
    public void Session_ThatSharesNothing_HasACopy()
    {
        var numbers = new float[Size];
        using var session = Provider.Open(Sum("w", numbers));
        numbers[1] = 5;

        Assert.AreEqual(0 + 1, Run(session)[1]);
    }

    /// <summary>Numbers that a graph has made of its parameters, as in 8 and 16 bits, may be more than a model holds too.</summary>
    [TestMethod]
    public void Session_WhoseOwnNumbersAreTooManyForAModel_ReadsThemFromMemory()
    {
        var graph = new Graph();
        var own = graph.Constant([.. Enumerable.Repeat(3f, Size)], Size);
        graph.Output("y", graph.Input("x", Size) + own);
        using var outside = new OutsideTensors(mostInside: Size);
        var model = OnnxModel.Serialize(graph, initializer => outside.Place(initializer, _ => true));
        using var options = new SessionOptions();

        outside.AddTo(options);

        Assert.IsLessThan(Size * sizeof(float), model.Length);
        Assert.IsFalse(outside.AreHeld, "They are the graph's, and go with it.");
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(1f, Size)], [Size]);
        using var y = session.Run(run, ["x"], [x], ["y"]);
        Assert.AreEqual(3 + 1, y[0].GetTensorDataAsSpan<float>()[^1]);
    }

    static Graph Sum(string name, float[] numbers)
    {
        var graph = new Graph();
        graph.Output("y", graph.Input("x", Size) + graph.Initializer(name, numbers, Size));
        return graph;
    }

    static float[] Run(Session session)
    {
        using var x = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(1f, Size)], [Size]);
        using var y = session.Run(["x"], [x], ["y"]);
        return y[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
