using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;

namespace SeriesContest;

/// <summary>What patches save and what the small convolution costs: processor time of a step, in interleaved rounds.</summary>
static class Cost
{
    const int Rows = 32, Rounds = 7;

    sealed class Row
    {
        public float[] Frames { get; init; } = [];

        public float Number { get; init; }
    }

    public static void Run()
    {
        var frames = Options(channels: 1);
        Compare("rows of 512 frames, patches of 8", frames, frames with { PatchLength = 8 }, channels: 1, length: 512, steps: 2);
        var tokens = Options(channels: 8);
        var width = MultiHeadAttentionOptions.ForSeries().ConvolutionWidth;
        Compare($"rows of 64 frames, a convolution of {width}", tokens, tokens with { ConvolutionWidth = width }, channels: 8, length: 64,
            steps: 150);
    }

    static MultiHeadAttentionOptions Options(int channels) => new()
    {
        InputColumnNames = ["Frames"],
        LabelColumnName = "Number",
        EmbeddingDimension = channels,
        ModelDimension = 64,
        NumberOfHeads = 8,
        Block = AttentionBlock.Encoder,
        Pooling = AttentionPooling.Mean,
        Runtime = new() { IntraOpThreads = 1 },
    };

    static void Compare(string what, MultiHeadAttentionOptions without, MultiHeadAttentionOptions with, int channels, int length, int steps)
    {
        var mlContext = new MLContext(1);
        var random = new Random(1);
        var view = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(_ => new Row
        {
            Frames = [.. Enumerable.Range(0, length * channels).Select(_ => random.NextSingle())],
            Number = random.NextSingle(),
        }).ToArray());
        var learning = Paired(without, with, (options, count) => mlContext.Regression.Trainers.MultiHeadAttention(options with
        {
            Training = new() { NumberOfEpochs = count },        // all rows are one step
        }).Fit(view).Dispose(), steps);
        Console.WriteLine(FormattableString.Invariant(
            $"{what}: a step of {Rows} rows takes {learning.Without * 1e3:0.0} ms without, {learning.With * 1e3:0.0} ms with; {learning.Ratio:0.000} times (median of {Rounds} rounds, {learning.Least:0.000} to {learning.Most:0.000})"));
    }

    /// <summary>Processor seconds of a step: of many steps, less those of one, so that what comes before learning does not count.</summary>
    static (double Without, double With, double Ratio, double Least, double Most) Paired(MultiHeadAttentionOptions without,
        MultiHeadAttentionOptions with, Action<MultiHeadAttentionOptions, int> fit, int steps)
    {
        var rounds = Enumerable.Range(-1, Rounds + 1).Select(_ => (Without: Step(without), With: Step(with))).Skip(1).ToArray();
        var ratios = rounds.Select(round => round.With / round.Without).Order().ToArray();
        return (rounds.Select(round => round.Without).Median(), rounds.Select(round => round.With).Median(), ratios[Rounds / 2], ratios[0],
            ratios[^1]);

        double Step(MultiHeadAttentionOptions options) => (Time(options, steps + 1) - Time(options, 1)) / steps;

        double Time(MultiHeadAttentionOptions options, int count)
        {
            var before = Environment.CpuUsage.TotalTime;
            fit(options, count);
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
    }
}
