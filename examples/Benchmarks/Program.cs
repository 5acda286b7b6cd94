using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Running;
using Microsoft.ML.Attention.Benchmarks;
using Microsoft.ML.Attention.Benchmarks.Text;

// score: against ApplyOnnxModel and a bare session.   memory: the working set while scoring.
// learn: Fit against bare runs of its step graph.
// precision: scoring in int8 against float32.
// compare: all of them, each in a process of its own.
// soak MINUTES: learning, scoring, predicting, saving and loading, over and over, and whether memory, handles, threads and files stay.
// large: a stage of more than 2 GB of parameters, which takes as much memory and disk as it says.
// trainer [PART OF A NAME]: the attention trainer beside the stage and SDCA, on the made-up data of the examples.
// page: how soon a browser shows a large page of attention maps.
// text agreement|speed|memory|learning|stsb FILE.csv: two pretrained sentence models against the files that they are read from, and their
// package.
// Each prints what it measured, times as medians and ratios of rounds interleaved in one process, and fails when a threshold is missed.
// Anything else goes to BenchmarkDotNet, for example: --filter '*'
(string Name, Func<int> Run)[] comparisons = [("score", ScoringComparison.Run), ("memory", MemoryCheck.Run),
    ("learn", LearningComparison.Run), ("precision", PrecisionComparison.Run)];

if (args is ["compare"])
    return comparisons.Count(comparison => !Succeeds(comparison.Name));
if (args is ["soak", var minutes] && double.TryParse(minutes, CultureInfo.InvariantCulture, out var time) && time > 0)
    return SoakCheck.Run(time);
if (args is ["text", .. var check])
    return TextChecks.Run(check);
if (args is ["large"])
    return LargeStageCheck.Run();
if (args is ["trainer", .. var parts] && parts.Length < 2)
    return TrainerContest.Run(parts.FirstOrDefault(""));
if (args is ["page"])
    return PageAppearance.Run();
if (args is [var name] && comparisons.FirstOrDefault(comparison => comparison.Name == name).Run is { } run)
    return run();
return BenchmarkSwitcher.FromAssembly(typeof(ScoringComparison).Assembly).Run(args).Any() ? 0 : 1;

static bool Succeeds(string comparison)
{
    using var process = Process.Start(Environment.ProcessPath!,
        [.. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(ScoringComparison).Assembly.Location]
            : Array.Empty<string>(), comparison]);
    process.WaitForExit();
    return process.ExitCode == 0;
}
