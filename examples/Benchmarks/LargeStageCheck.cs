using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Parameters of more than the 2 GB that a message of ONNX or an array of bytes holds: drawn, scored, exported, saved and loaded,
/// with the same numbers every time.</summary>
/// <remarks>It takes up to 5 GB of memory and of the disk, so it is a command beside the tests;
/// they do the same with limits of a few bytes.</remarks>
static class LargeStageCheck
{
    const int Ids = 1 << 21, Width = 256, Tokens = 3;       // a table of 2 GiB, and some projections
    const double GiB = 1 << 30;

    public static int Run()
    {
        Console.WriteLine(Machine.Description);
        var thresholds = new Thresholds();
        var folder = Directory.CreateTempSubdirectory("attention-large-");
        using var peak = new PeakWorkingSet();
        try
        {
            var (model, exported) = (Path.Combine(folder.FullName, "model.zip"), Path.Combine(folder.FullName, "stage.onnx"));
            var context = new MLContext(seed: 1);
            var view = context.Data.LoadFromEnumerable(WordsRow.Some);
            var scored = Fit(context, view, exported, model, peak, thresholds);
            Collect();
            thresholds.AtMost("largest difference of the loaded stage", Difference(scored, Load(context, view, model)), 0);
            Report("Load and Transform", peak);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return thresholds.Missed == 0 ? 0 : 1;
    }

    static float[] Fit(MLContext context, IDataView view, string exported, string model, PeakWorkingSet peak, Thresholds thresholds)
    {
        using var stage = context.Transforms.MultiHeadAttention(new()
        {
            OutputColumnName = "Attended",
            InputColumnNames = [nameof(WordsRow.Words)],
            ModelDimension = Width,
            NumberOfHeads = 4,
            Training = new() { Objective = TrainingObjective.None, Seed = 1 },
        }).Fit(view);
        Console.WriteLine(
            FormattableString.Invariant(
                $"{stage.Parameters.Names.Sum(name => stage.Parameters[name].Values.Length * (double)sizeof(float)) / GiB:F2} GiB of parameters"));
        Report("Fit", peak);
        var scored = Outputs(stage.Transform(view));
        Report("Transform", peak);
        stage.SaveOnnx(exported);
        Report($"SaveOnnx, {Size(exported)} and {Size(exported + ".data")} beside it", peak);
        thresholds.AtMost("largest difference of the exported graph", Difference(scored, RunExported(exported)), 0);
        Report("ONNX Runtime alone beside it", peak);
        File.Delete(exported + ".data");        // the disk need not hold it and the model
        context.Model.Save(stage, view.Schema, model);
        Report($"Save, {Size(model)}", peak);
        return scored;
    }

    static float[] Load(MLContext context, IDataView view, string model)
    {
        var loaded = context.Model.Load(model, out _);
        using var disposable = (IDisposable)loaded;
        return Outputs(loaded.Transform(view));
    }

    static float[] RunExported(string path)
    {
        using var session = new InferenceSession(path);
        using var input = OrtValue.CreateTensorValueFromMemory(WordsRow.Some.SelectMany(row => row.Words).Select(key => key - 1L).ToArray(),
            [WordsRow.Some.Length, Tokens]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [nameof(WordsRow.Words)], [input], ["Attended"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    static float[] Outputs(IDataView view) => [.. view.GetColumn<float[]>("Attended").SelectMany(row => row)];

    static double Difference(float[] a, float[] b) => a.Length == b.Length ? a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max() : double.NaN;

    static string Size(string file) => FormattableString.Invariant($"{new FileInfo(file).Length / GiB:F3} GiB");

    static void Report(string step, PeakWorkingSet peak) =>
        Console.WriteLine(FormattableString.Invariant($"{step}: at most {peak.Bytes / GiB:F1} GiB in memory so far"));

    static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    sealed class WordsRow
    {
        [KeyType(Ids), VectorType(Tokens)]
        public uint[] Words { get; init; } = [];

        /// <summary>The table's first and last rows, and some between.</summary>
        public static WordsRow[] Some { get; } = [new() { Words = [1, 2, Ids] }, new() { Words = [Ids / 2, Ids - 1, 77] }];
    }
}
