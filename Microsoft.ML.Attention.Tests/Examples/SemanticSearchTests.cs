using Microsoft.ML.Attention.Text;
using SemanticSearch;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class SemanticSearchTests
{
    [TestMethod]
    public void MiniLM_OutOfItsPackage_FindsWhatMeansTheSameInOtherWords()
    {
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        var (context, model) = (new MLContext(), PretrainedTextModel.Load(extracted.Folder));
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(Texts.View(context, []));
        var vectors = Texts.Embed(context, stage, Sentences.All);

        Assert.AreEqual("Please reset my password, I cannot sign in.",
            SemanticSearch.Search.Nearest("What to do when logging in fails?", stage, Sentences.All, vectors).First().Text);
        Assert.AreEqual(1, Math.Sqrt(vectors[0].Sum(x => (double)x * x)), 1e-6);
        Assert.AreEqual(256, model.MaximumTokens);
        Assert.AreSequenceEqual([101, 7592, 2088, 102], model.EncodeToIds("hello world"));       // as its vocabulary numbers them
    }

    [TestMethod]
    public void ArcticXs_OutOfItsPackage_PoolsItsFirstTokenAndHasAPromptForQuestions()
    {
        using var extracted = ExtractedModel.Of(PackageModel.ArcticXs);
        var model = PretrainedTextModel.Load(extracted.Folder);

        Assert.AreEqual(AttentionPooling.First, model.Options.Pooling);
        Assert.StartsWith("Represent this sentence", model.Prompts["query"]);
    }
}
