using Examples;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Rows whose lengths are uniform in 1..64 against rows that all have the mean length.</summary>
static class RaggedRowsCheck
{
    const int Rounds = 15, Rows = 10_000, Width = 64, Heads = 4, Mean = 32;

    public static void Run(Thresholds thresholds)
    {
        var context = new MLContext(seed: 1);
        var random = new Random(2);
        int[] lengths = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(1, 65))];
        var ragged = EmbeddingRow.View(context, EmbeddingRow.Draw(lengths, Width), 0, Width);
        var even = EmbeddingRow.View(context, EmbeddingRow.Draw(Enumerable.Repeat(Mean, Rows), Width), Mean, Width);
        using var stage = SeededStage.Of(context, Heads).Fit(ragged);
        var (raggedOut, evenOut) = (stage.Transform(ragged), stage.Transform(even));
        var seconds = Paired.Measure(Rounds, () => ColumnReader.Read(raggedOut, "Attended"), () => ColumnReader.Read(evenOut, "Attended"));
        Console.WriteLine($"{Rows} rows of 1 to 64 tokens, E={Width}, {Heads} heads: {seconds[0].Median() / lengths.Sum() * 1e6:F3} us a "
            + $"token; of {Mean} tokens: {seconds[1].Median() / Rows / Mean * 1e6:F3} us");
        thresholds.AtMost("times the time a real token", Paired.Ratio(seconds[0], seconds[1]) * Mean * Rows / lengths.Sum(), 1.25);
        thresholds.AtMost("tokens computed for a real one, on the CPU", Computed(lengths, onCpu: true), 1.15);
        thresholds.AtMost("tokens computed for a real one, on a GPU", Computed(lengths, onCpu: false), 1.15);
    }

    /// <summary>Tokens of the runs that windows of a batch each are divided into, for each token of the rows.</summary>
    static double Computed(int[] lengths, bool onCpu)
    {
        var architecture = new Architecture
        {
            Fields = [new(Width)],
            ModelDimension = Width,
            OutputDimension = Width,
            NumberOfHeads = Heads,
            NumberOfKeyValueHeads = Heads,
            HeadDimension = Width / Heads,
            ValueHeadDimension = Width / Heads,
            Scale = 1,
        };
        var batch = new AttentionRuntimeOptions().BatchSize;
        var groups = new LengthGroups(new RunSize(architecture, batch, onCpu, mostCores: 2, holdsScores: true));
        var rows = new RaggedRows(RowLayout.Of(architecture, hasMask: false, hasBias: false));
        var computed = 0L;
        foreach (var window in lengths.Chunk(batch))
        {
            rows.Clear();
            foreach (var length in window)
                rows.Complete(length, length);
            computed += groups.Plan(rows).Sum(group => (long)group.Rows.Count * group.Queries);
        }
        return (double)computed / lengths.Sum();
    }
}
