using EmbeddingColumns;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class WordVectorFileTests
{
    /// <summary>Words [1, -2] and [3, 0.5]: smallest [1, -2], mean [2, -0.75], largest [3, 0.5].</summary>
    [TestMethod]
    public void Vectors_ReadByMLNet_AreThoseWritten()
    {
        using var file = new WordVectorFile([new("paper", [1, -2]), new("ink", [3, 0.5f])]);
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new { Words = new[] { "ink", "paper" } }]);
        var embedded = mlContext.Transforms.Text.ApplyWordEmbedding("Vector", file.Path, "Words").Fit(data).Transform(data);
        Assert.AreSequenceEqual([1, -2, 2, -0.75f, 3, 0.5f], embedded.GetColumn<float[]>("Vector").Single());
    }

    [TestMethod]
    public void File_OnceDisposed_IsGone()
    {
        var file = new WordVectorFile([new("paper", [1])]);
        file.Dispose();
        Assert.IsFalse(File.Exists(file.Path));
    }
}
