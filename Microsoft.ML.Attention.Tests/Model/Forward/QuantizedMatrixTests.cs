using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Tests.Model.Forward;

/// <summary>Matrices in 8-bit integers, by hand.</summary>
[TestClass]
public sealed class QuantizedMatrixTests
{
    [TestMethod]
    public void Of_EachRow_HasAStepOfItsOwn_AndIsTransposed()
    {
        var quantized = QuantizedMatrix.Of(new AttentionTensor([2, 3], new float[] { 127, -1, 2.4f, 0.5f, -1.27f, 0.026f }));

        CollectionAssert.AreEqual(new[] { 1f, 0.01f }, quantized.Steps);
        CollectionAssert.AreEqual(new sbyte[] { 127, 50, -1, -127, 2, 3 }, quantized.Integers);
    }

    [TestMethod]
    public void Of_ARowOfZeros_IsZeros()
    {
        var quantized = QuantizedMatrix.Of(new AttentionTensor([2, 2], new float[] { 0, 0, 1, -1 }));

        CollectionAssert.AreEqual(new[] { 0, 1f / 127 }, quantized.Steps);
        CollectionAssert.AreEqual(new sbyte[] { 0, 127, 0, -127 }, quantized.Integers);
    }

    [TestMethod]
    public void Of_ARowWithNaN_HasAStepOfNaN()
    {
        var quantized = QuantizedMatrix.Of(new AttentionTensor([2, 2], new float[] { float.NaN, 1, 1, 1 }));

        CollectionAssert.AreEqual(new[] { float.NaN, 1f / 127 }, quantized.Steps);
    }
}
