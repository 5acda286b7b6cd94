using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

namespace LongSeries;

/// <summary>Which hours of a load are strange, told without a label: those that the others around them do not foretell.</summary>
static class Anomalies
{
    const int Window = 48;

    /// <summary>How many of the hours that a way finds strangest are, in a load that was made strange in a few places.</summary>
    public static void Run(int seed)
    {
        var load = HourlyLoad.Make(seed, strange: 0.03);
        var strange = load.Future.Index().Where(hour => hour.Item.IsStrange).Select(hour => hour.Index).ToHashSet();
        Console.WriteLine($"{load.Name}, strange in {strange.Count} of {load.Future.Count} hours. Of the {strange.Count} strangest by "
            + "each way, strange are:");
        var byHour = load.Past.Select((hour, i) => (hour.Load, Hour: i % 24)).GroupBy(h => h.Hour)
            .ToDictionary(g => g.Key, g => (Mean: g.Average(h => h.Load), All: g.Select(h => h.Load).ToArray()));
        Line("farthest from the mean of all", load.Future.Select(hour => Math.Abs(hour.Load - load.Past.Average(h => h.Load))));
        Line("farthest from the mean of the hour",
            load.Future.Select((hour, i) => Math.Abs(hour.Load - byHour[(load.Past.Count + i) % 24].Mean)));
        Line("attention's reconstruction error", Errors(load));

        void Line(string way, IEnumerable<float> scores)
        {
            var found = scores.Index().OrderByDescending(hour => hour.Item).Take(strange.Count).Count(hour => strange.Contains(hour.Index));
            Console.WriteLine($"  {way,-38}{found}");
        }
    }

    /// <summary>Learns windows without a label, by reconstructing hidden hours;
    /// the error of each hour of new windows is how strange it is.</summary>
    static float[] Errors(HourlyLoad load)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = mlContext.Transforms.MultiHeadAttention(new()
        {
            OutputColumnName = "Features",
            InputColumnNames = ["Window"],
            ReconstructionErrorColumnName = "Error",
            Block = AttentionBlock.Encoder,
            ModelDimension = 32,
            NumberOfHeads = 4,
            PositionalEncoding = PositionalEncoding.Rotary,
            Training = new() { NumberOfEpochs = 40, MinimumSteps = 2500 },
        }).Fit(Windows(load.Past, stride: 4));
        var errors = new float[load.Future.Count];
        var scored = model.Transform(Windows(load.Future, stride: Window));
        foreach (var (start, error) in scored.GetColumn<long>("Start").Zip(scored.GetColumn<float[]>("Error")))
            error.CopyTo(errors, (int)start);
        return errors;

        IDataView Windows(IReadOnlyList<Hour> hours, int stride) => mlContext.Data.Windows(
            mlContext.Data.LoadFromEnumerable(hours), "Window", nameof(Hour.Load), Window, stride, labelColumnName: null,
            positionColumnName: "Start");
    }
}
