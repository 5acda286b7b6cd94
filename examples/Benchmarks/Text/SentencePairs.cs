using System.Globalization;
using System.Text;
using Examples;
using Microsoft.ML.Attention.Text;
using SemanticSearch;
using static Microsoft.ML.Attention.Benchmarks.Text.TextChecks;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>Pairs of sentences that people scored, as the STS benchmark has them. Cer et al. 2017.</summary>
static class SentencePairs
{
    public static void Check(Thresholds thresholds, string path)
    {
        var pairs = Arguments.Read(() => Read(path));
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        var (context, model) = (new MLContext(), PretrainedTextModel.Load(extracted.Folder));
        using var stage = context.Transforms.Text.PretrainedTransformer("Features", "Text", model).Fit(Texts.View(context, []));
        using var original = new Original(extracted.File, PackageModel.MiniLM.IsPooledByMean, model);
        double[] scores = [.. pairs.Select(pair => pair.Score)];
        var ours = Of(texts => Texts.Embed(context, stage, texts));
        var theirs = Of(texts => original.EncodeByLength(texts, 32));
        Console.WriteLine(
            Invariant(
                $"{PackageModel.MiniLM.Name}, {pairs.Count} pairs: Spearman's correlation with the scores {ours:0.0000}, of the original file in ONNX Runtime {theirs:0.0000}"));
        thresholds.AtMost("thousandths that they differ by", Math.Abs(ours - theirs) * 1e3, 1);

        double Of(Func<IReadOnlyList<string>, float[][]> embed) =>
            Spearman([.. embed([.. pairs.Select(pair => pair.First)]).Zip(embed([.. pairs.Select(pair => pair.Second)]), Texts.Cosine)],
                scores);
    }

    public static double Spearman(double[] a, double[] b)
    {
        var (x, y) = (Ranks(a), Ranks(b));
        double meanX = x.Average(), meanY = y.Average();
        var products = x.Zip(y, (p, q) => (p - meanX) * (q - meanY)).Sum();
        return products / Math.Sqrt(x.Sum(p => (p - meanX) * (p - meanX)) * y.Sum(q => (q - meanY) * (q - meanY)));
    }

    /// <summary>Equal ones share the mean of their ranks.</summary>
    static double[] Ranks(double[] values)
    {
        var ranks = new double[values.Length];
        var before = 0;
        foreach (var group in values.Index().GroupBy(value => value.Item).OrderBy(group => group.Key))
        {
            var count = group.Count();
            foreach (var (index, _) in group)
                ranks[index] = before + (count + 1) / 2.0;
            before += count;
        }
        return ranks;
    }

    static List<(string First, string Second, double Score)> Read(string path)
    {
        var pairs = new List<(string, string, double)>();
        foreach (var (i, line) in File.ReadLines(path).Index())
            pairs.Add(Fields(line) is [var first, var second, var score]
                && double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (first, second, number)
                : throw new InvalidDataException($"'{path}', line {i + 1}: expected sentence,sentence,score, found: {line}"));
        return pairs;
    }

    static List<string> Fields(string line)
    {
        var (fields, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (line[i] == '"')
                isQuoted = !isQuoted;
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
                field.Append(line[i]);
        fields.Add(field.ToString());
        return fields;
    }
}
