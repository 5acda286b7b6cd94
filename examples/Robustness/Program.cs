// How much can a recognizer lose before it no longer recognizes? Accuracy against the share of heads that are silenced, and of frames that
// are dropped, for stages that learned with and without HeadDropout; and whether pruning the heads that data finds least important costs
// less than pruning any others.
//
//   dotnet run -c Release --project examples/Robustness                                        on recordings that it makes up
//   dotnet run -c Release --project examples/Robustness -- --train FILE.ts --test FILE.ts      on files of the UEA archive's format
//   ... --pictures FOLDER                                                                      at the end: draw the curves, as SVG and PNG

using Examples;
using Microsoft.ML.Attention;
using Robustness;

var arguments = new Arguments(args, "[--train FILE.ts --test FILE.ts] [--pictures FOLDER]");
var files = arguments.Values("--train", "--test");
var pictures = arguments.Value("--pictures");
arguments.End();

var recordings = files is var (train, test) ? Arguments.Read(() => Recordings.Read(train, test)) : SpokenVowels.Make(seed: 1);

const string SilencedHeads = "share of heads silenced", DroppedFrames = "share of frames dropped";
(string Name, double HeadDropout)[] kinds = [("without head dropout", 0), ("with head dropout 0.25", 0.25)];
int[] seeds = [1, 2, 3, 4, 5];
double[] ofHeads = [.. Enumerable.Range(0, 9).Select(eighths => eighths / 8.0)], ofFrames = ofHeads[..^1];   // some frames must stay

Report.Heading(recordings, seeds);
var (heads, frames, prunings, speeds) = (new List<Curve>(), new List<Curve>(), new List<Pruning[]>(), Array.Empty<double>());
foreach (var (name, headDropout) in kinds)
{
    var results = seeds.Select(seed =>
    {
        using var recognizer = Recognizer.Learn(recordings, new() { HeadDropout = headDropout, Seed = seed });
        Console.Error.WriteLine($"Learned {name}, seed {seed}.");
        var experiment = new Experiment(recognizer, recordings, seed);
        if (speeds.Length == 0)
            speeds = experiment.RowsPerSecond();
        return (Heads: experiment.WithoutHeads(ofHeads), Frames: experiment.WithoutFrames(ofFrames), Pruning: experiment.Halve());
    }).ToArray();
    heads.Add(Averaged(name, ofHeads, results.Select(r => r.Heads)));
    frames.Add(Averaged(name, ofFrames, results.Select(r => r.Frames)));
    prunings.Add([.. results.Select(r => r.Pruning)]);
}
Report.Accuracies(SilencedHeads, heads);
Report.Accuracies(DroppedFrames, frames);
foreach (var (kind, pruning) in kinds.Zip(prunings))
    Report.Prunings(kind.Name, pruning);
Report.Speeds(speeds);

if (pictures is not null)
{
    Pictures.Write(pictures, "heads", SilencedHeads, [.. heads]);
    Pictures.Write(pictures, "frames", DroppedFrames, [.. frames]);
    Console.WriteLine($"Pictures are in '{pictures}'.");
}
return 0;

Curve Averaged(string name, double[] shares, IEnumerable<double[]> accuracies) => new(name, [.. shares.Select((share, n) =>
{
    var estimate = Estimate.Of([.. accuracies.Select(each => each[n])]);
    return (share, estimate.Mean, estimate.StandardError);
})]);
