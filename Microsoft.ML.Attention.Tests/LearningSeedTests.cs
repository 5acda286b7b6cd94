using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>A seed decides everything that Fit draws.</summary>
[TestClass]
public sealed class LearningSeedTests
{
    static readonly TrainingOptions Training = new()
    {
        NumberOfEpochs = 2,
        BatchSize = 8,
        Dropout = 0.2,
        HeadDropout = 0.2,
        ValidationFraction = 0.2
    };

    static readonly Dictionary<string, (MultiHeadAttentionOptions Options, Func<MLContext, MultiHeadAttentionOptions, IDataView> Rows)> Cases = new()
    {
        ["from a label"] = (Needle.Options with { Block = AttentionBlock.Encoder, Pooling = AttentionPooling.Attention }, (context, _) =>
            Needle.Flags(context, 60)),
        ["by reconstruction"] = (Needle.Options with { LabelColumnName = null }, (context, _) => Needle.Flags(context, 60)),
        ["token ids"] = (Needle.Options with
        {
            EmbeddingDimension = null,
            PositionalEncoding = PositionalEncoding.Learned,
            LabelColumnName = null
        }, Ids),
    };

    static IEnumerable<string> Names => Cases.Keys;

    [TestMethod, DynamicData(nameof(Names))]
    public void Fit_TwiceWithOneSeed_LearnsTheSameBits(string name)
    {
        var first = Learn(name, seed: 1);

        ParametersAssert.AreEqual(first, Learn(name, seed: 1));
        Assert.IsFalse(ParametersAssert.Equal(first, Learn(name, seed: 2)));
    }

    [TestMethod]
    public void Fit_WithoutASeedOfItsOwn_TakesTheContexts()
    {
        var first = Learn(Names.First(), contextSeed: 3);

        ParametersAssert.AreEqual(first, Learn(Names.First(), contextSeed: 3));
        ParametersAssert.AreEqual(first, Learn(Names.First(), seed: 3, contextSeed: 4));
        Assert.IsFalse(ParametersAssert.Equal(first, Learn(Names.First(), contextSeed: 4)));
    }

    static AttentionParameters Learn(string name, int? seed = null, int? contextSeed = null)
    {
        var context = new MLContext(contextSeed);
        var (options, rows) = Cases[name];
        using var transformer = context.Transforms.MultiHeadAttention(options with { Training = Training with { Seed = seed } })
            .Fit(rows(context, options));
        return transformer.Parameters;
    }

    static IDataView Ids(MLContext context, MultiHeadAttentionOptions options)
    {
        var random = new Random(5);
        ReferenceRow[] rows = [.. Enumerable.Range(0, 60)
            .Select(_ => new ReferenceRow { Ids = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => (int?)random.Next(9))] })];
        return rows.ToDataView(context, options, TokenShape.Ragged, numberOfIds: 9);
    }
}
