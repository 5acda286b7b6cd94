namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>What is drawn is what the oracle asks for.</summary>
[TestClass]
public sealed class RandomCaseTests
{
    [TestMethod]
    public void Parameters_OfRandomOptions_LetTheOracleRun()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var options = RandomCase.Options(random);
            var ids = options.EmbeddingDimension is null ? 10 : 0;

            var result = Reference.Row(options, RandomCase.Parameters(options, random, ids),
                RandomCase.Row(options, random, 6, 4, ids, hasHeadBias: true));

            Assert.HasCount(options.Pooling == AttentionPooling.None ? Reference.PatchesOf(options, 6) : 1, result.Output, $"{options}");
            foreach (var token in result.Output)
            {
                var width = options.OutputDimension ?? options.ModelDimension ?? options.EmbeddingDimension!.Value;
                Assert.HasCount(width * options.Pooling switch
                {
                    AttentionPooling.MeanAndMax => 2,
                    AttentionPooling.Flatten => RandomCase.MaximumLength,
                    _ => 1,
                }
                    + (options.StandardizeRows ? 2 * options.EmbeddingDimension!.Value : 0), token, $"{options}");
                Assert.IsTrue(token.All(double.IsFinite), $"{options}");
            }
        }
    }

    [TestMethod]
    public void Row_FromTheSameSeed_IsTheSameRow()
    {
        MultiHeadAttentionOptions options = new() { EmbeddingDimension = 12, MaskColumnName = "M" };

        var (first, second) = (RandomCase.Row(options, new Random(3), 9), RandomCase.Row(options, new Random(3), 9));

        CollectionAssert.AreEqual(first.Mask, second.Mask);
        CollectionAssert.AreEqual(first.Tokens.SelectMany(token => token).ToArray(), second.Tokens.SelectMany(token => token).ToArray());
        Assert.IsTrue(first.Tokens.Where((_, t) => !first.Mask![t]).Any(token => token.Any(value => Math.Abs(value) > 10)),
            "Masked tokens are loud.");
    }
}
