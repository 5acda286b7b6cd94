using System.Diagnostics;
using System.Globalization;
using Examples;
using Microsoft.ML.Attention.Text;
using SemanticSearch;
using static Microsoft.ML.Attention.Benchmarks.Text.TextChecks;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>Processor time of a step of learning a model further, the median of some, and the peak of memory,
/// each kind in a process of its own.</summary>
static class LearningStep
{
    const int Steps = 9, Rows = 32, Words = 27;     // and [CLS] and [SEP]

    /// <summary>Frequent words, each a token.</summary>
    static readonly string[] Frequent =
        "the of and in to was he is as for on with that it his by at from her she you had an were but be this are not my they one which or have him me first all also".Split(' ');

    sealed class Row
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }

    public static void Check(Thresholds thresholds)
    {
        using var extracted = ExtractedModel.Of(PackageModel.MiniLM);
        foreach (var frozen in (string[])["none", "0", "3"])
        {
            var (seconds, peak) = Ask("learn", extracted.Folder, frozen);
            Console.WriteLine($"{PackageModel.MiniLM.Name}, {Rows} texts of {Words + 2} tokens, FrozenLayers {frozen}: "
                + Invariant($"{seconds:0.00} CPU seconds a step, {peak:0.00} GB at the peak"));
            if (frozen == "0")
                thresholds.AtMost("GB at the peak with frozen embeddings", peak, 1.5);
#if LIBTORCH
            var (others, otherPeak) = Ask("libtorch", extracted.Folder, frozen);
            Console.WriteLine(Invariant($"  libtorch, the same step: {others:0.00} CPU seconds, {otherPeak:0.00} GB at the peak"));
            thresholds.AtMost("times libtorch's seconds", seconds / others, 1.1);
#endif
        }
    }

    static (double Seconds, double Gigabytes) Ask(params string[] arguments) => ChildProcess.Ask(arguments) is [var cpu, var bytes]
        ? (cpu, bytes / 1e9)
        : throw new InvalidOperationException("The process said something else.");

#if LIBTORCH
    /// <param name="frozen">What is frozen.</param>
    public static double[] MeasureLibtorch(string frozen) =>
        LibtorchStep.Measure(Steps, Rows, Words + 2, int.TryParse(frozen, CultureInfo.InvariantCulture, out var layers) ? layers : null);
#endif

    /// <param name="arguments">The model's folder, and what is frozen.</param>
    public static double[] Measure(string[] arguments)
    {
        var context = new MLContext(1);
        var random = new Random(1);
        var rows = Enumerable.Range(0, Rows)
            .Select(i => new Row { Text = string.Join(' ', random.GetItems(Frequent, Words)), Label = i % 2 == 0 }).ToArray();
        var clock = new StepClock();
        var options = new PretrainedTransformerOptions
        {
            Model = PretrainedTextModel.Load(arguments[0]),
            LabelColumnName = "Label",
            Runtime = new() { IntraOpThreads = 1 },
            FrozenLayers = int.TryParse(arguments[1], CultureInfo.InvariantCulture, out var layers) ? layers : null,
            Training = new() { LearningRate = 5e-5, NumberOfEpochs = Steps, MinimumSteps = 0, BatchSize = Rows, Progress = clock },
        };
        using var stage = context.Transforms.Text.PretrainedTransformer(options).Fit(context.Data.LoadFromEnumerable(rows));
        return [clock.Seconds.Median(), ChildProcess.Peak()];
    }

    /// <summary>Looks at the process's time after every epoch, which is one step.</summary>
    sealed class StepClock : IProgress<TrainingProgress>
    {
        readonly List<double> _times = [];

        public IEnumerable<double> Seconds => _times.Zip(_times.Skip(1), (before, after) => after - before);

        public void Report(TrainingProgress value)
        {
            using var process = Process.GetCurrentProcess();
            _times.Add(process.TotalProcessorTime.TotalSeconds);
        }
    }
}
