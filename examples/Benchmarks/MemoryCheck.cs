using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>The process's memory while scoring. It wants a process of its own:
/// what others have left free would hide what is taken.</summary>
static class MemoryCheck
{
    const double MiB = 1 << 20;

    public static int Run()
    {
        Console.WriteLine(Machine.Description);
        var thresholds = new Thresholds();
        LongRow(thresholds);
        StreamedRows(thresholds);
        return thresholds.Missed == 0 ? 0 : 1;
    }

    /// <summary>What scoring one long row adds to the working set at its peak.</summary>
    static void LongRow(Thresholds thresholds)
    {
        const int Length = 4096, Width = 512, Heads = 8;
        var context = new MLContext(seed: 1);
        var view = EmbeddingRow.View(context, EmbeddingRow.Draw([Length], Width), Length, Width);
        var warmUp = EmbeddingRow.View(context, EmbeddingRow.Draw([1], Width), 1, Width);
        using var stage = SeededStage.Of(context, Heads).Fit(warmUp);
        var attended = stage.Transform(view);
        ColumnReader.Read(stage.Transform(warmUp), "Attended");
        GC.Collect();
        var before = Environment.WorkingSet;
        using var peak = new PeakWorkingSet();
        ColumnReader.Read(attended, "Attended");
        Console.WriteLine($"One row of T={Length}, E={Width}, {Heads} heads, no mask");
        thresholds.AtMost("MiB more at the peak of its run", (peak.Bytes - before) / MiB, 120);
    }

    /// <summary>Whether a million rows take more memory at their end than at their beginning, once as many were read before: until then the
    /// garbage collector's own heap grows.</summary>
    static void StreamedRows(Thresholds thresholds)
    {
        const int Rows = 1_000_000, Tenth = Rows / 10, Length = 16, Width = 16;
        var context = new MLContext(seed: 1);
        var some = EmbeddingRow.Draw(Enumerable.Repeat(Length, 1000), Width);
        var view = EmbeddingRow.View(context, Enumerable.Range(0, Rows).Select(row => some[row % some.Length]), Length, Width);
        using var stage = SeededStage.Of(context, heads: 2).Fit(EmbeddingRow.View(context, some, Length, Width));
        var attended = stage.Transform(view);
        ColumnReader.Read(attended, "Attended");
        var column = attended.Schema["Attended"];
        using var cursor = attended.GetRowCursor([column]);
        var get = cursor.GetGetter<VBuffer<float>>(column);
        var buffer = default(VBuffer<float>);
        var peaks = new long[Rows / Tenth];
        for (var row = 0; cursor.MoveNext(); row++)
        {
            get(ref buffer);
            if (row % 1000 == 0)
                peaks[row / Tenth] = Math.Max(peaks[row / Tenth], Environment.WorkingSet);
        }
        Console.WriteLine($"{Rows:N0} rows of T={Length}, E={Width}: at most {peaks[0] / MiB:F0} MiB in the first tenth, "
            + $"{peaks[^1] / MiB:F0} in the last");
        thresholds.AtMost("times the first tenth's peak in the last", (double)peaks[^1] / peaks[0], 1.05);
    }
}
