using Examples;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Four cursors at once on one transformer against one.</summary>
static class SeveralCursorsCheck
{
    const int Rounds = 15, Cursors = 4;

    public static void Run(Thresholds thresholds)
    {
        Check(thresholds, rows: 20_000, length: 8, width: 16, heads: 2);
        Check(thresholds, rows: 10_000, length: 16, width: 64, heads: 4);
        Check(thresholds, rows: 500, length: 128, width: 256, heads: 8);
    }

    static void Check(Thresholds thresholds, int rows, int length, int width, int heads)
    {
        var context = new MLContext(seed: 1);
        var view = EmbeddingRow.View(context, EmbeddingRow.Draw(Enumerable.Repeat(length, rows), width), length, width);
        using var stage = SeededStage.Of(context, heads).Fit(view);
        var attended = stage.Transform(view);
        var seconds = Paired.Measure(Rounds,
            () => Parallel.Invoke([.. Enumerable.Repeat<Action>(() => ColumnReader.Read(attended, "Attended"), Cursors)]),
            () => ColumnReader.Read(attended, "Attended"));
        Console.WriteLine($"{rows} rows of T={length}, E={width}, {heads} heads: {Cursors * rows / seconds[0].Median():N0} rows/s by "
            + $"{Cursors} cursors, {rows / seconds[1].Median():N0} by one");
        thresholds.AtLeast("times the rows/s of one cursor", Cursors * Paired.Ratio(seconds[1], seconds[0]), 1);
    }
}
