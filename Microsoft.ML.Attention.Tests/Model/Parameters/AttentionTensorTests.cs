namespace Microsoft.ML.Attention.Tests.Model.Parameters;

[TestClass]
public sealed class AttentionTensorTests
{
    [TestMethod]
    [DataRow(new long[] { 2, -1 }, 2, "A tensor cannot have the shape [2, -1]: an axis is negative.")]
    [DataRow(new long[] { 2, 2 }, 3, "A tensor of shape [2, 2] has 4 values, not 3.")]
    [DataRow(new long[] { }, 0, "A tensor of shape [] has 1 values, not 0.")]
    [DataRow(new long[] { 1L << 40, 1L << 40 }, 1,
        "A tensor of shape [1099511627776, 1099511627776] has 9223372036854775808 values, not 1.")]
    public void New_ShapeOfOtherValues_IsRefused(long[] shape, int values, string message) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentException>(() => new AttentionTensor(shape, new float[values])).Message);

    [TestMethod]
    public void New_ShapeOfNothing_IsAllowed() =>
        Assert.AreEqual(0, new AttentionTensor([long.MaxValue, long.MaxValue, 0], ReadOnlyMemory<float>.Empty).Values.Length);

    [TestMethod]
    public void Transpose_OddSizes_ExchangesRowsAndColumns() =>
        TensorAssert.AreEqual(new([3, 2], new float[] { 1, 4, 2, 5, 3, 6 }),
            new AttentionTensor([2, 3], new float[] { 1, 2, 3, 4, 5, 6 }).Transpose());
}
