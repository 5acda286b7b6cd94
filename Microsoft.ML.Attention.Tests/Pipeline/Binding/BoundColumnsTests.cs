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
        (NumberDataViewType.Single, null, 1, 1),
        (new KeyDataViewType(typeof(uint), 9), null, 1, 1),
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
    public void Keys_AreAsWideAsTheirTypeSays_AndOnlyOtherwiseAsTheInputs()
    {
        (string, DataViewType)[] schema = [("A", Singles(36)), ("Typed", Singles(7, 7)), ("Flat", Singles(36)), ("Values", Singles(0, 5))];

        var typed = Bind(schema, new() { Inputs = ["A"], Keys = "Typed", Values = "Values" }, new TokenWidths([18], null, null, 18));
        var flat = Bind(schema, new() { Inputs = ["A"], Keys = "Flat" }, new TokenWidths([18], null, null, 18));

        Assert.AreEqual((7, 7, 5), (typed.Keys!.Width, typed.Keys.Length, typed.Values!.Width));
        Assert.AreEqual((18, 2), (flat.Keys!.Width, flat.Keys.Length));
    }

    [TestMethod]
    public void Column_StoredElementByElement_DeclaresItsElementsFirst()
    {
        var bound = Bind([("A", Singles(3, 60))], new() { Inputs = ["A"], Order = ElementOrder.ElementByElement });

        Assert.AreEqual((3, 60), (bound.Inputs[0].Width, bound.Inputs[0].Length));
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
        (new() { Inputs = ["Ids", "Ragged"] },
            "Input columns of token ids and of numbers need a fixed number of tokens each, but column 'Ragged' is Vector<Single, *, 6>."),
        (new() { Inputs = ["Wide", "Ragged"] },
            "Input columns of different widths need a fixed number of tokens each, but column 'Ragged' is Vector<Single, *, 6>."),
        (new() { Inputs = ["A"], Keys = "A", Values = "Wide" },
            "Each key needs a value, but column 'A' has 4 tokens and column 'Wide' has 3."),
        (new() { Inputs = ["A"], Mask = "Mask" }, "Column 'Mask' has 5 values in a row; needed are 4, one for each key token."),
        (new() { Inputs = ["Doubles"] },
            "Column 'Doubles' is Vector<Double, 4, 6>, but attention needs a vector of Single (embeddings) or of a key (token ids): "
            + "convert it with Conversion.ConvertType to DataKind.Single."),
    ];

    [TestMethod, DynamicData(nameof(Misfits))]
    public void Columns_ThatDoNotFitEachOther_AreNamed(object columns, string expected)
    {
        (string, DataViewType)[] schema =
        [
            ("A", Singles(4, 6)), ("Wide", Singles(3, 8)), ("Ragged", Singles(0, 6)), ("Mask", Flags(5)),
            ("Ids", new VectorDataViewType(new KeyDataViewType(typeof(uint), 9), 4)),
            ("Doubles", new VectorDataViewType(NumberDataViewType.Double, 4, 6)),
        ];

        Assert.AreEqual(expected, Assert.ThrowsExactly<ArgumentException>(() => Bind(schema, (StageColumns)columns)).Message);
    }

    static VectorDataViewType Singles(params int[] dimensions) => new(NumberDataViewType.Single, dimensions);

    static VectorDataViewType Flags(int length) => new(BooleanDataViewType.Instance, length);

    static BoundColumns Bind((string Name, DataViewType Type)[] schema, StageColumns columns, int? dimension = null) =>
        Bind(schema, columns, new TokenWidths([.. columns.Inputs.Select(_ => dimension)], dimension, dimension));

    static BoundColumns Bind((string Name, DataViewType Type)[] schema, StageColumns columns, TokenWidths widths)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var (name, type) in schema)
            builder.AddColumn(name, type);
        return BoundColumns.Bind(columns, widths, builder.ToSchema());
    }
}
