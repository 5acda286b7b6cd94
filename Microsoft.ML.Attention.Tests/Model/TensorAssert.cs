using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Tests.Model;

/// <summary>What tensors hold, compared element by element.</summary>
static class TensorAssert
{
    /// <summary>These names, no others, and each with the rows of its tensors, one below the other.</summary>
    public static void Holds(AttentionParameters parameters, params (string Name, AttentionTensor[] Rows)[] expected)
    {
        Assert.AreSequenceEqual(expected.Select(entry => entry.Name).Order(StringComparer.Ordinal), parameters.Names);
        foreach (var (name, rows) in expected)
            AreEqual(rows is [var one] ? one : ProjectionPacking.Pack(rows), parameters[name], name);
    }

    public static void AreEqual(AttentionTensor expected, AttentionTensor actual, string name = "tensor")
    {
        Assert.AreSequenceEqual(expected.Shape, actual.Shape, $"The shape of {name}");
        Assert.AreSequenceEqual(expected.Values.ToArray(), actual.Values.ToArray(), $"The values of {name}");
    }
}
