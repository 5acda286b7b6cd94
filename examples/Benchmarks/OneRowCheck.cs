using Examples;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>PredictionEngine against the engine alone: one row a run, in memory that is there already.</summary>
static class OneRowCheck
{
    const int Rounds = 15, Rows = 2_000;

    public static void Run(Thresholds thresholds)
    {
        Check(thresholds, length: 8, width: 16, heads: 2);
        Check(thresholds, length: 16, width: 64, heads: 4);
        Check(thresholds, length: 128, width: 256, heads: 8);
    }

    static void Check(Thresholds thresholds, int length, int width, int heads)
    {
        var context = new MLContext(seed: 1);
        var rows = EmbeddingRow.Draw(Enumerable.Repeat(length, Math.Min(Rows, Rows * 16 / length)), width);
        var view = EmbeddingRow.View(context, rows, length, width);
        using var stage = SeededStage.Of(context, heads).Fit(view);
        using var engine = context.Model.CreatePredictionEngine<EmbeddingRow, AttendedRow>(stage, view.Schema);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        stage.SaveOnnx(path);
        try
        {
            using var bare = new BareSession(path, rows, length, width, batch: 1);
            var attended = new AttendedRow();
            var seconds = Paired.Measure(Rounds,
                () =>
                {
                    foreach (var row in rows)
                        engine.Predict(row, ref attended);
                },
                bare.Run);
            Console.WriteLine($"One row of T={length}, E={width}, {heads} heads: {seconds[0].Median() / rows.Length * 1e6:F1} us by "
                + $"PredictionEngine, {seconds[1].Median() / rows.Length * 1e6:F1} us bare");
            thresholds.AtMost("times the bare run of a row", Paired.Ratio(seconds[0], seconds[1]), 1.5);
        }
        finally
        {
            File.Delete(path);
        }
    }

    sealed class AttendedRow
    {
        public float[] Attended { get; set; } = [];
    }
}
