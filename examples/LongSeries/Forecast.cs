using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

namespace LongSeries;

/// <summary>The next hour of a load, told from those before it.</summary>
static class Forecast
{
    const int Day = 24, Window = 7 * Day;

    sealed class Lagged
    {
        [VectorType(Window)]
        public float[] Features { get; init; } = [];

        public float Label { get; init; }
    }

    /// <summary>The mean absolute error of each way, over every hour of the future.</summary>
    public static void Run(HourlyLoad load)
    {
        float[] all = [.. load.Past.Concat(load.Future).Select(hour => hour.Load)];
        var first = load.Past.Count;
        Console.WriteLine($"{load.Name}: {first} hours to learn from, {all.Length - first} to forecast, each from the {Window} before "
            + "it. Mean absolute error:");
        Line("as the hour before", Error(all, first, i => all[i - 1]));
        Line("as the same hour a day before", Error(all, first, i => all[i - Day]));
        Line("as the same hour a week before", Error(all, first, i => all[i - Window]));
        var trees = LightGbm(all, first);
        Line("LightGBM on the hours before", Error(all, first, i => trees[i - first]));
        var attention = Attention(load, all, first);
        Line("attention", Error(all, first, i => attention[i - first]));
    }

    /// <summary>Windows with the next value of each of their hours; a causal stage learns all of them at once.</summary>
    static float[] Attention(HourlyLoad load, float[] all, int first)
    {
        var mlContext = new MLContext(seed: 1);
        var past = mlContext.Data.Windows(mlContext.Data.LoadFromEnumerable(load.Past), "Features", nameof(Hour.Load), Window, stride: 6);
        using var model = mlContext.Regression.Trainers.MultiHeadAttention(new()
        {
            InputColumnNames = ["Features"],
            LabelColumnName = "Label",
            Block = AttentionBlock.Encoder,
            ModelDimension = 32,
            NumberOfHeads = 4,
            IsCausal = true,
            PositionalEncoding = PositionalEncoding.Rotary,
            Training = new() { NumberOfEpochs = 30, MinimumSteps = 1600 },
        }).Fit(past);

        // The window that ends with the hour before the one to tell; its last score is the forecast.
        var tail = all[(first - Window)..].Select(value => new Hour(value));
        var windows = mlContext.Data.Windows(mlContext.Data.LoadFromEnumerable(tail), "Features", nameof(Hour.Load), Window,
            labelColumnName: null);
        return [.. model.Transform(windows).GetColumn<float[]>("Score").Select(scores => scores[^1]).SkipLast(1)];
    }

    static float[] LightGbm(float[] all, int first)
    {
        var mlContext = new MLContext(seed: 1);
        var trainer = mlContext.Regression.Trainers.LightGbm(
            new Microsoft.ML.Trainers.LightGbm.LightGbmRegressionTrainer.Options { NumberOfThreads = 1 });
        var model = trainer.Fit(mlContext.Data.LoadFromEnumerable(Rows(Window, first)));
        return [.. model.Transform(mlContext.Data.LoadFromEnumerable(Rows(first, all.Length))).GetColumn<float>("Score")];

        IEnumerable<Lagged> Rows(int from, int to) =>
            Enumerable.Range(from, to - from).Select(i => new Lagged { Features = all[(i - Window)..i], Label = all[i] });
    }

    static double Error(float[] all, int first, Func<int, float> forecast) =>
        Enumerable.Range(first, all.Length - first).Average(i => Math.Abs(all[i] - forecast(i)));

    static void Line(string way, double error) => Console.WriteLine(FormattableString.Invariant($"  {way,-34}{error:0.000}"));
}
