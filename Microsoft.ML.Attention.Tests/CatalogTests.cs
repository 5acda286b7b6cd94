using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The two ways into the library from <c>mlContext.Transforms</c>.</summary>
[TestClass]
public sealed class CatalogTests
{
    readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ShortOverload_SetsTheOptionsOfItsArguments()
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(8));
        using var transformer = _ml.Transforms.MultiHeadAttention("Out", "Flat", "Label", numberOfHeads: 2, AttentionBlock.Residual,
            AttentionPooling.Max,
            embeddingDimension: 6, modelDimension: 4).Fit(view);

        var expected = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Out",
            InputColumnNames = ["Flat"],
            LabelColumnName = "Label",
            NumberOfHeads = 2,
            Block = AttentionBlock.Residual,
            Pooling = AttentionPooling.Max,
            EmbeddingDimension = 6,
            ModelDimension = 4,
        };
        Assert.AreEqual(expected, transformer.Options);
        Assert.AreEqual(TrainingObjective.Supervised, transformer.Training!.Objective);
    }

    [TestMethod]
    public void ShortOverload_OfTheOutputAlone_ReadsTheColumnOfThatName()
    {
        var view = _ml.Data.LoadFromEnumerable(Frames.Rows(8));

        using var transformer = _ml.Transforms.MultiHeadAttention("A", numberOfHeads: 2).Fit(view);

        Assert.AreSequenceEqual(["A"], transformer.Options.InputColumnNames);
        Assert.AreEqual("Vector<Single, 4, 6>", transformer.GetOutputSchema(view.Schema)["A"].Type.ToString());
        Assert.AreEqual(TrainingObjective.MaskedReconstruction, transformer.Training!.Objective);
    }

    [TestMethod]
    public void Options_ThatContradictEachOther_AreRefusedAtOnce()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.MultiHeadAttention("Out", numberOfHeads: 0));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.MultiHeadAttention(new()));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.Transforms.MultiHeadAttention(options: null!));
    }
}
