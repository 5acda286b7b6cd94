using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;
using Kind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Attention.Tests.Pipeline.Binding;

/// <summary>What an estimator refuses before it has seen data. That it promises what the transformer keeps is in EstimatorTests.</summary>
[TestClass]
public sealed class StageShapeTests
{
    static readonly SchemaShape Input = new(
    [
        MLNetInternals.NewColumn("A", Kind.Vector, NumberDataViewType.Single, false, null),
        MLNetInternals.NewColumn("Ids", Kind.VariableVector, NumberDataViewType.UInt32, true, null),
        MLNetInternals.NewColumn("Text", Kind.Scalar, TextDataViewType.Instance, false, null),
        MLNetInternals.NewColumn("Words", Kind.Vector, TextDataViewType.Instance, false, null),
        MLNetInternals.NewColumn("Number", Kind.Scalar, NumberDataViewType.Single, false, null),
    ]);

    static readonly StageColumns Self = new() { Inputs = ["A"], Outputs = [new("Out", StageOutputs.Output)] };

    const string Remedy = ": divide it into words with Text.TokenizeIntoWords and map these with Conversion.MapValueToKey, or make "
        + "numbers of it with Text.FeaturizeText.";

    static IEnumerable<(object, string)> Misfits =>
    [
        (Self with { Inputs = ["B"] }, "There is no column 'B'. There are: A, Ids, Text, Words, Number."),
        (Self with { Inputs = ["Words"] },
            "Column 'Words' is a vector of String, but attention needs a vector of Single (embeddings) or of a key (token ids)" + Remedy),
        (Self with { Keys = "A", Values = "Text" },
            "Column 'Text' is String, but attention needs a vector of Single (embeddings) or of a key (token ids)" + Remedy),
        (Self with { Mask = "A" }, "Column 'A' is a vector of Single, but must be a vector of Boolean."),
        (Self with { Bias = "Number" }, "Column 'Number' is Single, but must be a vector of Single."),
        (Self with { Label = "Text" },
            "Label column 'Text' is String, but must be a key, a Boolean or a Single: map it with Conversion.MapValueToKey."),
        (Self with { Label = "L" }, "There is no column 'L'. There are: A, Ids, Text, Words, Number."),
    ];

    [TestMethod, DynamicData(nameof(Misfits))]
    public void Append_OfAColumnOfTheWrongKind_NamesItAndWhatIsNeeded(object columns, string expected)
    {
        Assert.AreEqual(expected,
            Assert.ThrowsExactly<ArgumentException>(() => StageShape.Append(Input, (StageColumns)columns, AttentionPooling.None)).Message);
    }

    [TestMethod]
    [DataRow("A", AttentionPooling.None, Kind.Vector)]
    [DataRow("Ids", AttentionPooling.None, Kind.VariableVector)]
    [DataRow("Ids", AttentionPooling.Mean, Kind.Vector)]
    public void Append_KeepsTheColumnsAndAddsTheOutput(string input, AttentionPooling pooling, Kind kind)
    {
        var shape = StageShape.Append(Input, Self with { Inputs = [input] }, pooling);

        CollectionAssert.AreEqual(new[] { "A", "Ids", "Text", "Words", "Number", "Out" }, shape.Select(c => c.Name).ToArray());
        Assert.AreEqual(kind, shape.Last().Kind);
    }
}
