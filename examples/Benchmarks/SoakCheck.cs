using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Everything a service does, over and over, for so many minutes:
/// what it takes at the end must be what it took when it was warm.</summary>
static class SoakCheck
{
    const double MiB = 1 << 20;
    const int Tokens = 12, Width = 16, RowCount = 64;

    readonly record struct Sample(double WorkingSet, double Managed, double Handles, double Threads, double Files);

    public static int Run(double minutes)
    {
        Console.WriteLine(Machine.Description);
        var folder = Directory.CreateTempSubdirectory("attention-soak-");
        var filesBefore = TemporaryFiles(folder);
        try
        {
            var (samples, rounds) = (new List<Sample>(), 0);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed.TotalMinutes < minutes)
            {
                Round(folder, seed: ++rounds);
                if (clock.Elapsed.TotalMinutes / minutes * 60 >= samples.Count + 1)   // 60 samples, whatever the time
                    samples.Add(Look(folder, filesBefore));
            }
            return Judge(samples, rounds, minutes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Learns, scores a view and single rows, saves in every format, loads, and lets go of all of it;
    /// some objects are forgotten and not disposed.</summary>
    static void Round(DirectoryInfo folder, int seed)
    {
        var context = new MLContext(seed);
        var random = new Random(seed);
        LabelledRow[] rows = [.. Enumerable.Range(0, RowCount).Select(_ => LabelledRow.Draw(random))];
        var view = context.Data.LoadFromEnumerable(rows);
        var options = new MultiHeadAttentionOptions
        {
            OutputColumnName = "Features",
            InputColumnNames = [nameof(LabelledRow.Numbers)],
            LabelColumnName = nameof(LabelledRow.Label),
            EmbeddingDimension = Width,
            NumberOfHeads = 2,
            Block = AttentionBlock.Encoder,
            Pooling = AttentionPooling.Mean,
            AttentionWeightsColumnName = "Weights",
            Training = new() { NumberOfEpochs = 1, Seed = seed },
            Runtime = new() { BatchSize = 16 },
        };
        var path = Path.Combine(folder.FullName, "model.zip");
        using (var stage = context.Transforms.MultiHeadAttention(options).Fit(view))
        {
            ColumnReader.Read(stage.Transform(view), "Features");
            context.Model.Save(stage, view.Schema, path);
            stage.SaveOnnx(Path.Combine(folder.FullName, "stage.onnx"));
            stage.Parameters.SaveSafetensors(Path.Combine(folder.FullName, "stage.safetensors"));
            using var quantized = stage.WithRuntime(new() { Precision = AttentionPrecision.Int8 });
            ColumnReader.Read(quantized.Transform(view), "Features");
            AttentionMaps.Read(stage.Transform(view), "Weights").SaveHtml(Path.Combine(folder.FullName, "maps.html"));
        }
        var loaded = context.Model.Load(path, out _);
        ColumnReader.Read(loaded.Transform(view), "Features");
        using (var engine = context.Model.CreatePredictionEngine<LabelledRow, Attended>(loaded))   // disposes the stage too
            foreach (var row in rows.Take(16))
                engine.Predict(row);
        using var abandoned = context.Transforms.MultiHeadAttention(options with
        {
            LabelColumnName = null,
            Parameters = AttentionParameters.LoadSafetensors(Path.Combine(folder.FullName, "stage.safetensors")),
        }).Fit(view);
        var attended = abandoned.Transform(view);
        var cursor = attended.GetRowCursor(attended.Schema);   // of which nobody reads the end
        cursor.MoveNext();
        cursor.Dispose();
    }

    static Sample Look(DirectoryInfo folder, int filesBefore)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return new(process.WorkingSet64 / MiB, GC.GetTotalMemory(forceFullCollection: false) / MiB, Handles(process), process.Threads.Count,
            TemporaryFiles(folder) - filesBefore);
    }

    /// <summary>Linux has them as files.</summary>
    static int Handles(Process process) =>
        Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount;

    /// <summary>Those beside the folder, whose names are ours or ML.NET's; and what is in the folder, which four files belong in.</summary>
    static int TemporaryFiles(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos()
            .Count() + Directory.EnumerateFileSystemEntries(Path.GetTempPath(), "*", new EnumerationOptions { IgnoreInaccessible = true })
            .Count(entry => Path.GetFileName(entry) is var name
                && (name.StartsWith("TLC_", StringComparison.Ordinal) || name.StartsWith(".attention-", StringComparison.Ordinal)));

    /// <summary>The first fifth warms up. Of the rest the last third is held against the first.</summary>
    static int Judge(List<Sample> samples, int rounds, double minutes)
    {
        var warm = samples.Skip(samples.Count / 5).ToList();
        var (first, last) = (warm.Take(warm.Count / 3).ToList(), warm.TakeLast(warm.Count / 3).ToList());
        Console.WriteLine(FormattableString.Invariant($"{rounds} rounds in {minutes} minutes: learn, score, predict, save, load, dispose"));
        var thresholds = new Thresholds();
        Compare("working set, MiB", sample => sample.WorkingSet, noise: 16, share: 0.05);
        Compare("managed heap, MiB", sample => sample.Managed, noise: 2, share: 0.1);
        Compare("open handles", sample => sample.Handles, noise: 4, share: 0);
        Compare("threads", sample => sample.Threads, noise: 4, share: 0);
        Compare("files", sample => sample.Files, noise: 0, share: 0);
        return thresholds.Missed == 0 && first.Count > 0 ? 0 : 1;

        void Compare(string what, Func<Sample, double> value, double noise, double share)
        {
            var (before, after) = (Median(first.Select(value)), Median(last.Select(value)));
            Console.WriteLine(FormattableString.Invariant($"  {what}: median {before:0.0} once warm, {after:0.0} at the end"));
            thresholds.AtMost("more at the end", after - before, noise + share * before);
        }
    }

    static double Median(IEnumerable<double> values) =>
        values.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : double.NaN;

    sealed class LabelledRow
    {
        public float[] Numbers { get; init; } = [];

        public bool Label { get; init; }

        public static LabelledRow Draw(Random random)
        {
            var label = random.Next(2) == 1;
            return new()
            {
                Label = label,
                Numbers = [.. Enumerable.Range(0, random.Next(1, Tokens) * Width).Select(_ => random.NextSingle() + (label ? 0.5f : 0))]
            };
        }
    }

    sealed class Attended
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public VBuffer<float> Weights { get; set; }
    }
}
