using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Tests.Model.Parameters;

[TestClass]
public sealed class ProjectionPackingTests
{
    static AttentionTensor Matrix(long rows, long columns, params float[] values) => new([rows, columns], values);

    [TestMethod]
    public void Pack_OddSizes_PutsRowsBelowRows()
    {
        var packed = ProjectionPacking.Pack(Matrix(1, 3, 1, 2, 3), Matrix(2, 3, 4, 5, 6, 7, 8, 9), Matrix(0, 3));
        TensorAssert.AreEqual(Matrix(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9), packed);
    }

    [TestMethod]
    public void Split_OddSizes_GivesEachItsRows()
    {
        var parts = ProjectionPacking.Split(Matrix(5, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 3, 0, 1, 1);
        Assert.HasCount(4, parts);
        TensorAssert.AreEqual(Matrix(3, 2, 0, 1, 2, 3, 4, 5), parts[0]);
        TensorAssert.AreEqual(Matrix(0, 2), parts[1]);
        TensorAssert.AreEqual(Matrix(1, 2, 6, 7), parts[2]);
        TensorAssert.AreEqual(Matrix(1, 2, 8, 9), parts[3]);
    }

    [TestMethod]
    [DataRow(7, 1)]
    [DataRow(7, 5)]
    [DataRow(1, 3)]
    public void Split_OfWhatWasPacked_GivesItBack(int firstRows, int columns)
    {
        var random = new Random(firstRows + columns);
        long[] rows = [firstRows, 2, 3];
        var parts = rows.Select(count =>
            Matrix(count, columns, [.. Enumerable.Range(0, (int)count * columns).Select(_ => random.NextSingle())])).ToArray();
        var split = ProjectionPacking.Split(ProjectionPacking.Pack(parts), rows);
        for (var i = 0; i < parts.Length; i++)
            TensorAssert.AreEqual(parts[i], split[i]);
    }

    [TestMethod]
    public void Split_OfABias_GivesVectors()
    {
        var parts = ProjectionPacking.Split(new AttentionTensor([3], new float[] { 1, 2, 3 }), 2, 1);
        TensorAssert.AreEqual(new AttentionTensor([2], new float[] { 1, 2 }), parts[0]);
        TensorAssert.AreEqual(new AttentionTensor([1], new float[] { 3 }), parts[1]);
    }

    [TestMethod]
    public void Pack_OfDifferentColumns_IsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ProjectionPacking.Pack(Matrix(1, 2, 1, 2), Matrix(1, 3, 1, 2, 3)));
        Assert.StartsWith("Cannot pack a tensor of shape [1, 3] below one of shape [1, 2].", error.Message);
    }

    [TestMethod]
    public void Split_IntoOtherRows_IsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ProjectionPacking.Split(Matrix(2, 1, 1, 2), 2, 1));
        Assert.StartsWith("Cannot split a tensor of shape [2, 1] into 2 + 1 rows.", error.Message);
    }
}
