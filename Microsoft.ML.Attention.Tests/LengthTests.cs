using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Rows longer than any that Fit saw.</summary>
[TestClass]
public sealed class LengthTests
{
    const int Seen = 3, Longer = 40;

    static IEnumerable<PositionalEncoding> Encodings => Enum.GetValues<PositionalEncoding>().Where(encoding => encoding != PositionalEncoding.Learned);

    [TestMethod, DynamicData(nameof(Encodings))]
    public void LongerRow_WherePositionsAreComputed_IsTheOracles(PositionalEncoding encoding)
    {
        var options = Options(encoding);
        var context = new MLContext(1);
        using var transformer = Learned(context, options);
        var row = RandomCase.Row(options, new Random(2), Longer);

        var output = transformer.Transform(new[] { row }.ToDataView(context, options, TokenShape.Ragged)).GetColumn<float[]>(RowColumns.Output).Single();

        // float32 angles of up to 40 rotations: an error of 40 · 6e-8 in each
        new Tolerance(2e-5, 2e-5).Check("output", Reference.Row(options, transformer.Parameters, row).Output.SelectMany(token => token), output);
    }

    [TestMethod]
    public void LongerRow_ThanTheTableOfLearnedPositions_IsRefusedByBothLengths()
    {
        var options = Options(PositionalEncoding.Learned);
        var context = new MLContext(1);
        using var transformer = Learned(context, options);
        Assert.AreSequenceEqual([Seen, 8L], transformer.Parameters["position.weight"].Shape);
        ReferenceRow[] rows = [RandomCase.Row(options, new Random(2), Seen), RandomCase.Row(options, new Random(2), Seen + 1)];

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            transformer.Transform(rows.ToDataView(context, options, TokenShape.Ragged)).GetColumn<float[]>(RowColumns.Output).ToArray());

        Assert.Contains("4 tokens", error.Message);
        Assert.Contains("3", error.Message);
        Assert.Contains("MaximumLength", error.Message);
    }

    static MultiHeadAttentionOptions Options(PositionalEncoding encoding) => new()
    {
        OutputColumnName = RowColumns.Output,
        InputColumnNames = [RowColumns.Tokens],
        EmbeddingDimension = 8,
        NumberOfHeads = 2,
        PositionalEncoding = encoding,
        StandardizeInputs = false,
        Training = new() { NumberOfEpochs = 1 },
    };

    static MultiHeadAttentionTransformer Learned(MLContext context, MultiHeadAttentionOptions options)
    {
        var random = new Random(1);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 4).Select(n => RandomCase.Row(options, random, n == 2 ? Seen : Seen - 1))];
        return context.Transforms.MultiHeadAttention(options).Fit(rows.ToDataView(context, options, TokenShape.Ragged));
    }
}
