using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Rows longer than any that Fit saw.</summary>
[TestClass]
public sealed class LengthTests
{
    const int Seen = 3, Longer = 40;

    static IEnumerable<PositionalEncoding> Encodings =>
        Enum.GetValues<PositionalEncoding>().Where(encoding => encoding != PositionalEncoding.Learned);

    [TestMethod, DynamicData(nameof(Encodings))]
    public void LongerRow_WherePositionsAreComputed_IsTheOracles(PositionalEncoding encoding)
    {
        var options = Options(encoding);
        var context = new MLContext(1);
        using var transformer = Learned(context, options);
        var row = RandomCase.Row(options, new Random(2), Longer);

        var output = transformer.Transform(new[] { row }.ToDataView(context, options, TokenShape.Ragged))
            .GetColumn<float[]>(RowColumns.Output).Single();

        // float32 angles of up to 40 rotations: an error of 40 · 6e-8 in each
        new Tolerance(2e-5, 2e-5).Check("output",
            Reference.Row(options, transformer.Parameters, row).Output.SelectMany(token => token), output);
    }

    [TestMethod]
    [DataRow(LongerRows.KeepFirst)]
    [DataRow(LongerRows.KeepLast)]
    public void LongerRow_ThanTheTableOfLearnedPositions_IsCutUnlessItIsRefused(LongerRows longer)
    {
        var options = Options(PositionalEncoding.Learned) with { LongerRows = longer };
        var context = new MLContext(1);
        using var transformer = Learned(context, options);
        ReferenceRow[] rows = [RandomCase.Row(options, new Random(2), Seen - 1), RandomCase.Row(options, new Random(2), Seen + 2)];

        var outputs = transformer.Transform(rows.ToDataView(context, options, TokenShape.Ragged))
            .GetColumn<float[]>(RowColumns.Output).ToArray();

        var cut = rows[1] with { Tokens = longer == LongerRows.KeepFirst ? rows[1].Tokens[..Seen] : rows[1].Tokens[^Seen..] };
        foreach (var (row, output) in new[] { rows[0], cut }.Zip(outputs))
            new Tolerance(1e-5, 1e-5).Check("output",
                Reference.Row(options, transformer.Parameters, row).Output.SelectMany(token => token), output);
    }

    [TestMethod]
    public void LongerRow_ThanTheTableOfLearnedPositions_IsRefusedByBothLengths()
    {
        var options = Options(PositionalEncoding.Learned) with { LongerRows = LongerRows.Refuse };
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

    [TestMethod]
    public void LongerRow_WhereTheRowsSayHowLongPatchesAre_HasTheLastPositionFromThereOn()
    {
        var options = Options(PositionalEncoding.Learned) with { MaximumPatches = 10 };   // more than any row has: each frame is a token
        var context = new MLContext(1);
        using var transformer = Learned(context, options);
        var position = transformer.Parameters["position.weight"];
        Assert.AreSequenceEqual([Seen, 8L], position.Shape);
        var row = new[] { RandomCase.Row(options, new Random(2), 7) }.ToDataView(context, options, TokenShape.Ragged);

        var output = transformer.Transform(row).GetColumn<float[]>(RowColumns.Output).Single();

        // the same stage with a table of 7, whose last rows are the third
        var values = position.Values.ToArray();
        var table = new AttentionTensor([7, 8], (float[])[.. values, .. Enumerable.Repeat(values[^8..], 4).SelectMany(last => last)]);
        var tensors = transformer.Parameters.Names.Select(name =>
            KeyValuePair.Create(name, name == "position.weight" ? table : transformer.Parameters[name]));
        var longer = options with { MaximumPatches = null, Parameters = AttentionParameters.Create(tensors), Training = new() };
        using var expected = context.Transforms.MultiHeadAttention(longer).Fit(row);
        new Tolerance(1e-6, 1e-6).Check("output",
            expected.Transform(row).GetColumn<float[]>(RowColumns.Output).Single().Select(v => (double)v), output);
    }

    [TestMethod] // patches of two strides; as few strides as leave no more patches than that
    [DataRow(12, 12, 0, 12), DataRow(12, 6, 4, 5), DataRow(12, 5, 6, 3), DataRow(12, 3, 8, 2)]
    public void MaximumPatches_OfTheLongestRow_SayHowLongPatchesAre(int frames, int most, int length, int tokens)
    {
        var options = Options(PositionalEncoding.None) with { MaximumPatches = most, ModelDimension = length == 0 ? null : 8 };
        var context = new MLContext(1);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 4).Select(n => RandomCase.Row(options, new Random(n), n == 2 ? frames : 2))];
        var view = rows.ToDataView(context, options, TokenShape.Ragged);

        using var transformer = context.Transforms.MultiHeadAttention(options).Fit(view);

        Assert.AreEqual(length * 8,
            transformer.Parameters.Names.Contains("patch.weight") ? transformer.Parameters["patch.weight"].Shape[1] : 0);
        Assert.AreEqual(tokens * 8, transformer.Transform(view).GetColumn<float[]>(RowColumns.Output).ElementAt(2).Length);
        using var again = context.Transforms.MultiHeadAttention(options with { Parameters = transformer.Parameters }).Fit(view);
        Assert.AreEqual(tokens * 8, again.Transform(view).GetColumn<float[]>(RowColumns.Output).ElementAt(2).Length);
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
