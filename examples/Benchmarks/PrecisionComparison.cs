using Examples;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>The stage in 8-bit integers against itself in float32: how much faster, and how far from it.</summary>
static class PrecisionComparison
{
    const int Rounds = 9, Batch = 16, Length = 128;

    public static int Run()
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine($"Bytes are multiplied by {Int8Storage.Type} without error.");
        var thresholds = new Thresholds();
        Size(thresholds, AttentionBlock.Attention, width: 64, heads: 4, leastSpeedUp: null);
        Size(thresholds, AttentionBlock.Attention, width: 256, heads: 8, leastSpeedUp: 1.4);
        Size(thresholds, AttentionBlock.Attention, width: 768, heads: 12, leastSpeedUp: 1.8);
        Size(thresholds, AttentionBlock.Encoder, width: 256, heads: 8, leastSpeedUp: 1.4);
        Size(thresholds, AttentionBlock.Encoder, width: 768, heads: 12, leastSpeedUp: 1.8);
        return thresholds.Missed == 0 ? 0 : 1;
    }

    static void Size(Thresholds thresholds, AttentionBlock block, int width, int heads, double? leastSpeedUp)
    {
        var context = new MLContext(seed: 2);                     // not the rows' seed: the parameters would be drawn from the same numbers
        var rows = Batch * Math.Max(1, 2048 / width);
        var data = EmbeddingRow.Draw(Enumerable.Repeat(Length, rows), width);
        var (view, normal) = (EmbeddingRow.View(context, data, Length, width), EmbeddingRow.View(context, Normal(data), Length, width));
        using var float32 = context.Transforms.MultiHeadAttention(new()
        {
            OutputColumnName = "Attended",
            InputColumnNames = ["Tokens"],
            NumberOfHeads = heads,
            Block = block,
            Training = new() { Objective = TrainingObjective.None },
            Runtime = new() { BatchSize = Batch },
        }).Fit(view);
        using var int8 = float32.WithRuntime(float32.Options.Runtime with { Precision = AttentionPrecision.Int8 });
        var (real, integers) = (float32.Transform(view), int8.Transform(view));
        var seconds = Paired.Measure(Rounds, () => ColumnReader.Read(real, "Attended"), () => ColumnReader.Read(integers, "Attended"));
        var speedUp = Paired.Ratio(seconds[0], seconds[1]);
        Console.WriteLine($"{rows} rows of T={Length}, block {block}, width {width}, {heads} heads, batches of {Batch}: "
            + $"{PerRow(seconds[0], rows)} in float32, {PerRow(seconds[1], rows)} in int8, {speedUp:F2} times as many rows/s");
        if (leastSpeedUp is double least)
            thresholds.AtLeast("times the rows/s of float32", speedUp, least);
        thresholds.AtMost("RMS error, percent of the output's, of tokens drawn evenly", 100 * Error(real, integers), 1.5);
        Console.WriteLine($"  of tokens drawn normally: {100 * Error(float32.Transform(normal), int8.Transform(normal)):F2}");
    }

    /// <summary>Standard normal numbers, two of each two even ones. Box and Muller 1958.</summary>
    static EmbeddingRow[] Normal(EmbeddingRow[] even) => [.. even.Select(row => new EmbeddingRow
    {
        Tokens = [.. row.Tokens.Chunk(2).SelectMany(pair =>
        {
            var (angle, radius) = (pair[0] * Math.PI, Math.Sqrt(-2 * Math.Log(1 - (pair[1] + 1.0) / 2)));
            return new[] { (float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)) };
        })],
    })];

    static double Error(IDataView expected, IDataView actual)
    {
        var (difference, size) = (0.0, 0.0);
        foreach (var (first, second) in expected.GetColumn<float[]>("Attended").Zip(actual.GetColumn<float[]>("Attended")))
            for (var n = 0; n < first.Length; n++)
            {
                difference += Math.Pow(second[n] - first[n], 2);
                size += Math.Pow(first[n], 2);
            }
        return Math.Sqrt(difference / size);
    }

    static string PerRow(double[] seconds, int rows) => $"{seconds.Median() / rows * 1e6:F0} us a row";
}
