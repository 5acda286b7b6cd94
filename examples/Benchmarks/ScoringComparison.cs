using Examples;

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
        RaggedRowsCheck.Run(thresholds);
        OneRowCheck.Run(thresholds);
        SeveralCursorsCheck.Run(thresholds);
        return thresholds.Missed == 0 ? 0 : 1;
    }

    static void Fixed(Thresholds thresholds, int rows, int length, int width, int heads, double? leastSpeedUp, double? mostOverBare)
    {
        var context = new MLContext(seed: 1);
        var data = EmbeddingRow.Draw(Enumerable.Repeat(length, rows), width);
        var view = EmbeddingRow.View(context, data, length, width);
        using var stage = SeededStage.Of(context, heads).Fit(view);
        var attended = stage.Transform(view);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        stage.SaveOnnx(path);
        try
        {
            var applied = context.Transforms.ApplyOnnxModel(["Attended"], ["Tokens"], path,
                new Dictionary<string, int[]> { ["Tokens"] = [-1, length, width], ["Attended"] = [-1, length, width] }, recursionLimit: 100)
                .Fit(view).Transform(view);
            using var bare = new BareSession(path, data, length, width);
            var seconds = Paired.Measure(Rounds,
                () => ColumnReader.Read(attended, "Attended"),
                () => ColumnReader.Read(applied, "Attended"),
                () =>
                {
                    ColumnReader.Read(view, "Tokens");
                    bare.Run();
                });
            Console.WriteLine($"{rows} rows of T={length}, E={width}, {heads} heads: {PerRow(seconds[0], rows)} here, "
                + $"{PerRow(seconds[1], rows)} ApplyOnnxModel, {PerRow(seconds[2], rows)} bare");
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

    static string PerRow(double[] seconds, int rows) => $"{seconds.Median() / rows * 1e6:F2} us a row";
}
