using Microsoft.ML;

namespace SeriesContest;

/// <summary>When attention is worth its time: beside what a user of ML.NET has without it, on kinds of rows that are made up.</summary>
static class Worth
{
    static readonly int[] Seeds = [1, 2, 3, 4, 5];

    public static void Run()
    {
        Console.WriteLine(
            $"Median of {Seeds.Length} seeds, each with rows of its own (least to most); processor time of learning, attention's"
            + " by the other's.");
        foreach (var task in WorthTasks.All)
        {
            var results = Seeds.Select(seed => Compare(task, seed)).ToArray();
            Console.WriteLine($"{task.Name}, {task.Metric}");
            Line("attention", [.. results.Select(r => r.Attention)]);
            Line(task.Rival, [.. results.Select(r => r.Rival)]);
            Line("difference", [.. results.Select(r => r.Attention - r.Rival)]);
            var ratios = results.Select(r => r.Ratio).Order().ToArray();
            Console.WriteLine(FormattableString.Invariant($"  {"processor time",-36}{ratios[ratios.Length / 2],7:0.0} times"));
        }

        static void Line(string name, double[] values)
        {
            Array.Sort(values);
            Console.WriteLine(FormattableString.Invariant(
                $"  {name,-36}{values[values.Length / 2],7:0.000} ({values[0]:0.000} to {values[^1]:0.000})"));
        }
    }

    static (double Attention, double Rival, double Ratio) Compare(WorthTask task, int seed)
    {
        var mlContext = new MLContext(seed);
        var made = task.Make(mlContext, new Random(seed));
        var (attention, seconds) = Learn(made.Attention);
        var (rival, otherSeconds) = Learn(made.Rival);
        return (attention, rival, seconds / otherSeconds);

        (double Score, double Seconds) Learn(IEstimator<ITransformer> way)
        {
            var before = Environment.CpuUsage.TotalTime;
            var model = way.Fit(made.Train);
            using var _ = model as IDisposable;
            var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            return (made.Measure(model.Transform(made.Test)), seconds);
        }
    }
}
