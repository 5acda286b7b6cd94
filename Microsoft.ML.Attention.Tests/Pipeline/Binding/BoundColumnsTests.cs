using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Pipeline.Binding;

/// <summary>How column types divide into tokens. What does not fit the options is in EstimatorTests.</summary>
[TestClass]
public sealed class BoundColumnsTests
{
    static IEnumerable<(DataViewType, int?, int, int?)> Tokens =>
    [
        (Singles(4, 6), null, 6, 4),
        (Singles(4, 6), 6, 6, 4),
        (Singles(0, 6), null, 6, null),
        (Singles(24), 6, 6, 4),
        (Singles(0), 6, 6, null),
        (Singles(2, 3, 4), 4, 4, 6),
        (Singles(4, 0), 6, 6, null),
        (new VectorDataViewType(new KeyDataViewType(typeof(byte), 9), 4), null, 1, 4),
        (new VectorDataViewType(new KeyDataViewType(typeof(ulong), 9)), null, 1, null),
    ];

    [TestMethod, DynamicData(nameof(Tokens))]
    public void Column_OfAType_HasTokensOfAWidthAndALength(DataViewType type, int? dimension, int width, int? length)
    {
        var bound = Bind([("A", type)], new() { Inputs = ["A"] }, dimension);

        Assert.AreEqual((width, length), (bound.Inputs[0].Width, bound.QueryLength));
        Assert.AreEqual(length, bound.KeyLength);
    }

    [TestMethod]
    public void Columns_OfSeveralTokens_AreAsLongAsAllOfThem()
    {
        (string, DataViewType)[] schema = [("A", Singles(2, 6)), ("B", Singles(3, 6)), ("C", Singles(0, 6)), ("D", Singles(6))];

        Assert.AreEqual(5, Bind(schema, new() { Inputs = ["A", "B"] }).QueryLength);
        Assert.IsNull(Bind(schema, new() { Inputs = ["A", "C"] }).QueryLength);
        Assert.AreEqual(3, Bind(schema, new() { Inputs = ["D", "D", "D"] }).QueryLength);
    }

    [TestMethod]
    public void Columns_AreEachReadOnce()
    {
        var bound = Bind([("A", Singles(4, 6)), ("M", Flags(4))], new() { Inputs = ["A"], Keys = "A", Values = "A", Mask = "M" });

        CollectionAssert.AreEqual(new[] { "A", "M" }, bound.Columns.Select(c => c.Name).ToArray());
        Assert.AreEqual(4, bound.KeyLength);
    }

    static IEnumerable<(StageColumns, string)> Misfits =>
    [
        (new() { Inputs = ["Ids", "A"] }, "Column 'Ids' holds token ids (Vector<Key<UInt32, 0-8>, 4>), which must be the only input column; there are 2."),
        (new() { Inputs = ["Wide", "Ragged"] }, "Input columns of different widths need a fixed number of tokens each, but column 'Ragged' is Vector<Single, *, 6>."),
        (new() { Inputs = ["A"], Keys = "Ids" }, "Column 'Ids' is Vector<Key<UInt32, 0-8>, 4>, but keys and values must be embeddings: a vector of Single."),
        (new() { Inputs = ["A"], Keys = "A", Values = "Wide" }, "Each key needs a value, but column 'A' has 4 tokens and column 'Wide' has 3."),
        (new() { Inputs = ["A"], Mask = "Mask" }, "Column 'Mask' has 5 values in a row; needed are 4, one for each key token."),
        (new() { Inputs = ["Doubles"] }, "Column 'Doubles' is Vector<Double, 4, 6>, but attention needs a vector of Single (embeddings) or of a key (token ids)."),
    ];

    [TestMethod, DynamicData(nameof(Misfits))]
    public void Columns_ThatDoNotFitEachOther_AreNamed(object columns, string expected)
    {
        (string, DataViewType)[] schema =
        [
            ("A", Singles(4, 6)), ("Wide", Singles(3, 8)), ("Ragged", Singles(0, 6)), ("Mask", Flags(5)),
            ("Ids", new VectorDataViewType(new KeyDataViewType(typeof(uint), 9), 4)), ("Doubles", new VectorDataViewType(NumberDataViewType.Double, 4, 6)),
        ];

        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(() => Bind(schema, (StageColumns)columns)).Message);
    }

    static VectorDataViewType Singles(params int[] dimensions) => new(NumberDataViewType.Single, dimensions);

    static VectorDataViewType Flags(int length) => new(BooleanDataViewType.Instance, length);

    static BoundColumns Bind((string Name, DataViewType Type)[] schema, StageColumns columns, int? dimension = null)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var (name, type) in schema)
            builder.AddColumn(name, type);
        return BoundColumns.Bind(columns, new TokenWidths([.. columns.Inputs.Select(_ => dimension)], dimension, dimension), builder.ToSchema());
    }
}
