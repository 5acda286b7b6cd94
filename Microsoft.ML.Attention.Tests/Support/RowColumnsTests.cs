using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

[TestClass]
public sealed class RowColumnsTests
{
    static readonly MultiHeadAttentionOptions Everything = new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        KeyColumnName = RowColumns.Keys,
        ValueColumnName = RowColumns.Values,
        MaskColumnName = RowColumns.Mask,
        AttentionBiasColumnName = RowColumns.Bias,
        EmbeddingDimension = 2,
        KeyDimension = 1,
        ValueDimension = 3,
    };

    static readonly ReferenceRow Row = new()
    {
        Tokens = [[1, 2]],
        Keys = [[3], [4]],
        Values = [[5, 6, 7], [8, 9, 10]],
        Mask = [true, false],
        Bias = new[, ,] { { { 0.5, double.NegativeInfinity } } },
    };

    [TestMethod]
    [DataRow(TokenShape.Fixed, "1, 2", "2, 1", "2, 3", "2", "2")]
    [DataRow(TokenShape.Ragged, "0, 2", "0, 1", "0, 3", "0", "0")]
    [DataRow(TokenShape.Flat, "2", "2", "6", "2", "2")]
    [DataRow(TokenShape.FlatRagged, "0", "0", "0", "0", "0")]
    public void ToDataView_OfAShape_TypesTheColumnsSo(object shape, params string[] dimensions)
    {
        var schema = new[] { Row }.ToDataView(new MLContext(1), Everything, (TokenShape)shape).Schema;

        string[] names = [RowColumns.Tokens, RowColumns.Keys, RowColumns.Values, RowColumns.Mask, RowColumns.Bias];
        CollectionAssert.AreEqual(names, schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(dimensions,
            schema.Select(column => string.Join(", ", ((VectorDataViewType)column.Type).Dimensions)).ToArray());
    }

    [TestMethod]
    public void ToDataView_OfARow_HoldsItsNumbers()
    {
        var view = new[] { Row }.ToDataView(new MLContext(1), Everything);

        CollectionAssert.AreEqual(new float[] { 1, 2 }, view.GetColumn<float[]>(RowColumns.Tokens).Single());
        CollectionAssert.AreEqual(new float[] { 3, 4 }, view.GetColumn<float[]>(RowColumns.Keys).Single());
        CollectionAssert.AreEqual(new float[] { 5, 6, 7, 8, 9, 10 }, view.GetColumn<float[]>(RowColumns.Values).Single());
        CollectionAssert.AreEqual(new[] { true, false }, view.GetColumn<bool[]>(RowColumns.Mask).Single());
        CollectionAssert.AreEqual(new[] { 0.5f, float.NegativeInfinity }, view.GetColumn<float[]>(RowColumns.Bias).Single());
    }

    [TestMethod]
    public void ToDataView_OfIds_IsAKeyVectorWhoseZeroIsMissing()
    {
        MultiHeadAttentionOptions options = new() { InputColumnNames = [RowColumns.Ids] };

        var view = new[] { new ReferenceRow { Ids = [0, null, 6] } }.ToDataView(new MLContext(1), options, TokenShape.Ragged,
            numberOfIds: 7);

        var type = (VectorDataViewType)view.Schema[RowColumns.Ids].Type;
        Assert.IsFalse(type.IsKnownSize);
        Assert.AreEqual(7UL, ((KeyDataViewType)type.ItemType).Count);
        CollectionAssert.AreEqual(new uint[] { 1, 0, 7 }, view.GetColumn<uint[]>(RowColumns.Ids).Single());
    }

    [TestMethod]
    public void ToDataView_WithLabels_HasAColumnOfTheirType()
    {
        var (context, rows) = (new MLContext(1), new[] { Row, Row, Row });

        Assert.IsInstanceOfType<BooleanDataViewType>(
            rows.ToDataView(context, Everything, labels: new[] { true, false, true }).Schema[RowColumns.Label].Type);
        Assert.AreEqual(NumberDataViewType.Single,
            rows.ToDataView(context, Everything, labels: new[] { 1f, 2f, 3f }).Schema[RowColumns.Label].Type);
        var keys = rows.ToDataView(context, Everything, labels: new uint[] { 3, 0, 1 });
        Assert.AreEqual(3UL, ((KeyDataViewType)keys.Schema[RowColumns.Label].Type).Count);
        CollectionAssert.AreEqual(new uint[] { 3, 0, 1 }, keys.GetColumn<uint>(RowColumns.Label).ToArray());
    }
}
