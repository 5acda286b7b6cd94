namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>What is drawn is what the oracle asks for, over the family of options.</summary>
[TestClass]
public sealed class DrawTests
{
    static readonly MultiHeadAttentionOptions Plain = new() { OutputColumnName = "Y", EmbeddingDimension = 12, NumberOfHeads = 4 };

    static IEnumerable<MultiHeadAttentionOptions> Family =>
    [
        Plain,
        Plain with { UseBias = false, MaskColumnName = "M", AttentionBiasColumnName = "B" },
        Plain with { NumberOfKeyValueHeads = 2, HeadDimension = 6, ValueHeadDimension = 5, OutputDimension = 7 },
        Plain with { KeyColumnName = "K", ValueColumnName = "V", KeyDimension = 5, ValueDimension = 9, MaskColumnName = "M", AttentionBiasColumnName = "B" },
        Plain with { KeyColumnName = "K", KeyDimension = 12, Block = AttentionBlock.Residual, ModelDimension = 8, NormalizationOrder = NormalizationOrder.Pre },
        Plain with { StandardizeInputs = true, PositionalEncoding = PositionalEncoding.Learned, MaximumLength = 6, Pooling = AttentionPooling.Attention },
        Plain with { HeadDimension = 4, PositionalEncoding = PositionalEncoding.Rotary, NormalizeQueriesAndKeys = true, Softcap = 2, IsCausal = true },
        Plain with { Block = AttentionBlock.Encoder, ModelDimension = 8, NumberOfLayers = 3, NormalizationOrder = NormalizationOrder.Pre, Activation = Activation.SiluGated, Normalization = Normalization.RmsNorm },
        Plain with { EmbeddingDimension = null, ModelDimension = 8, Block = AttentionBlock.Encoder, Pooling = AttentionPooling.Max },
    ];

    [TestMethod]
    public void Parameters_OfAFamilyOfOptions_LetTheOracleRun()
    {
        foreach (var options in Family)
        {
            var (random, ids) = (new Random(1), options.EmbeddingDimension is null ? 10 : 0);
            var parameters = Draw.Parameters(options, random, ids);

            var result = Reference.Row(options, parameters, Draw.Row(options, random, 6, 4, ids, hasHeadBias: true));

            Assert.HasCount(options.Pooling == AttentionPooling.None ? 6 : 1, result.Output, $"{options}");
            foreach (var token in result.Output)
            {
                Assert.HasCount(options.OutputDimension ?? options.ModelDimension ?? options.EmbeddingDimension!.Value, token, $"{options}");
                Assert.IsTrue(token.All(double.IsFinite), $"{options}");
            }
        }
    }

    [TestMethod]
    public void Row_FromTheSameSeed_IsTheSameRow()
    {
        var options = Plain with { MaskColumnName = "M" };

        var (first, second) = (Draw.Row(options, new Random(3), 9), Draw.Row(options, new Random(3), 9));

        CollectionAssert.AreEqual(first.Mask, second.Mask);
        CollectionAssert.AreEqual(first.Tokens.SelectMany(token => token).ToArray(), second.Tokens.SelectMany(token => token).ToArray());
        Assert.IsTrue(first.Tokens.Where((_, t) => !first.Mask![t]).Any(token => token.Any(value => Math.Abs(value) > 10)), "Masked tokens are loud.");
    }
}
