namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Scoring through the pipeline against ApplyOnnxModel with the same graph, and against the engine alone.</summary>
static class ScoringComparison
{
    const int Rounds = 7;

    public static int Run()
    {
        Console.WriteLine(Machine.Description);
        var thresholds = new Thresholds();
        Fixed(thresholds, rows: 50_000, length: 8, width: 16, heads: 2, leastSpeedUp: 5, mostOverBare: null);
        Fixed(thresholds, rows: 20_000, length: 16, width: 64, heads: 4, leastSpeedUp: 2.3, mostOverBare: 1.15);
        Fixed(thresholds, rows: 2_000, length: 128, width: 256, heads: 8, leastSpeedUp: null, mostOverBare: 1.05);
        Ragged(thresholds);
        return thresholds.Missed == 0 ? 0 : 1;
    }

    static void Fixed(Thresholds thresholds, int rows, int length, int width, int heads, double? leastSpeedUp, double? mostOverBare)
    {
        var context = new MLContext(seed: 1);
        var data = EmbeddingRow.Draw(Enumerable.Repeat(length, rows), width);
        var view = EmbeddingRow.View(context, data, length, width);
        using var stage = Stage(context, heads).Fit(view);
        var attended = stage.Transform(view);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        stage.SaveOnnx(path);
        try
        {
            var applied = context.Transforms.ApplyOnnxModel(["Attended"], ["Tokens"], path,
                new Dictionary<string, int[]> { ["Tokens"] = [-1, length, width], ["Attended"] = [-1, length, width] }, recursionLimit: 100).Fit(view).Transform(view);
            using var bare = new BareSession(path, data, length, width);
            var seconds = Paired.Measure(Rounds,
                () => ColumnReader.Read(attended, "Attended"),
                () => ColumnReader.Read(applied, "Attended"),
                () =>
                {
                    ColumnReader.Read(view, "Tokens");
                    bare.Run();
                });
            Console.WriteLine($"{rows} rows of T={length}, E={width}, {heads} heads: {PerRow(seconds[0], rows)} here, {PerRow(seconds[1], rows)} ApplyOnnxModel, {PerRow(seconds[2], rows)} bare");
            if (leastSpeedUp is double least)
                thresholds.AtLeast("times the rows/s of ApplyOnnxModel", Paired.Ratio(seconds[1], seconds[0]), least);
            if (mostOverBare is double most)
                thresholds.AtMost("times the bare session", Paired.Ratio(seconds[0], seconds[2]), most);
            thresholds.AtMost("managed bytes a row", ColumnReader.BytesPerRow(attended, "Attended", rows), 64);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Lengths uniform in 1..64 against rows that all have the mean length.</summary>
    static void Ragged(Thresholds thresholds)
    {
        const int Rows = 10_000, Width = 64, Mean = 32;
        var context = new MLContext(seed: 1);
        var random = new Random(2);
        int[] lengths = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(1, 65))];
        var ragged = EmbeddingRow.View(context, EmbeddingRow.Draw(lengths, Width), 0, Width);
        var even = EmbeddingRow.View(context, EmbeddingRow.Draw(Enumerable.Repeat(Mean, Rows), Width), Mean, Width);
        using var stage = Stage(context, heads: 4).Fit(ragged);
        var (raggedOut, evenOut) = (stage.Transform(ragged), stage.Transform(even));
        var seconds = Paired.Measure(Rounds, () => ColumnReader.Read(raggedOut, "Attended"), () => ColumnReader.Read(evenOut, "Attended"));
        Console.WriteLine($"{Rows} rows of 1 to 64 tokens, E={Width}, 4 heads: {PerRow(seconds[0], Rows)}; of {Mean} tokens: {PerRow(seconds[1], Rows)}");
        thresholds.AtMost("times the time a real token", Paired.Ratio(seconds[0], seconds[1]) * Mean * Rows / lengths.Sum(), 1.25);
    }

    static MultiHeadAttentionEstimator Stage(MLContext context, int heads) => context.Transforms.MultiHeadAttention(new()
    {
        OutputColumnName = "Attended",
        InputColumnNames = ["Tokens"],
        NumberOfHeads = heads,
        Training = new() { Objective = TrainingObjective.None },
    });

    static string PerRow(double[] seconds, int rows) => $"{seconds.Median() / rows * 1e6:F2} us a row";
}
