using System.Diagnostics;
using System.Globalization;
using Examples;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Attention.Text;

namespace SemanticSearch;

/// <summary>Finds what is nearest, and shows how alike the first texts are.</summary>
static class Search
{
    const int InMatrix = 8;

    public static void Run(string folder, string[] texts, string? query, int nearest)
    {
        var context = new MLContext();
        var model = Arguments.Read(() => PretrainedTextModel.Load(folder));
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(Texts.View(context, []));
        _ = Texts.Embed(context, stage, texts[..1]);                 // what a first run costs is not counted
        var watch = Stopwatch.StartNew();
        var vectors = Texts.Embed(context, stage, texts);
        var seconds = watch.Elapsed.TotalSeconds;

        foreach (var asked in query is null ? Asked : [query])
        {
            Console.WriteLine(asked);
            foreach (var (text, similarity) in Nearest(model.Prompts.GetValueOrDefault("query") + asked, stage, texts, vectors)
                .Take(nearest))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {similarity,6:0.000}  {text}"));
        }
        Console.WriteLine();
        Console.WriteLine("How alike the first are:");
        foreach (var (i, text) in texts.Take(InMatrix).Index())
            Console.WriteLine(string.Concat(vectors.Take(InMatrix)
                .Select(other => string.Create(CultureInfo.InvariantCulture, $"{Texts.Cosine(vectors[i], other),7:0.00}"))) + $"  {text}");
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{texts.Length} texts, {texts.Length / seconds:0} a second on {Environment.ProcessorCount} processors."));
    }

    /// <summary>The texts and how near they are to what is asked, the nearest first.</summary>
    public static IEnumerable<(string Text, double Similarity)> Nearest(string asked, PretrainedTransformer stage, string[] texts,
        float[][] vectors)
    {
        var vector = stage.AsEmbeddingGenerator().GenerateAsync(asked).GetAwaiter().GetResult().Vector.ToArray();
        return texts.Zip(vectors, (text, other) => (text, Texts.Cosine(vector, other))).OrderByDescending(found => found.Item2);
    }

    static readonly string[] Asked = ["How do I get to the beach by rail?", "payment went wrong", "animals at rest"];
}
