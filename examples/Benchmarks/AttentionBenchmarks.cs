using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>The stage read through a cursor, and one prediction.</summary>
[MemoryDiagnoser]
public class AttentionBenchmarks
{
    const int Rows = 4096;

    IDataView _attended = null!;
    MultiHeadAttentionTransformer _stage = null!;

    [Params(8, 32, 128)]
    public int Length { get; set; }

    [Params(64)]
    public int Width { get; set; }

    [Params(1, 64, 256)]
    public int BatchSize { get; set; }

    [GlobalSetup]
    public void Fit()
    {
        var context = new MLContext(seed: 1);
        var view = EmbeddingRow.View(context, EmbeddingRow.Draw(Enumerable.Repeat(Length, Rows), Width), Length, Width);
        _stage = context.Transforms.MultiHeadAttention(new()
        {
            OutputColumnName = "Attended",
            InputColumnNames = ["Tokens"],
            NumberOfHeads = 4,
            Training = new() { Objective = TrainingObjective.None },
            Runtime = new() { BatchSize = BatchSize },
        }).Fit(view);
        _attended = _stage.Transform(view);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public float Score() => ColumnReader.Read(_attended, "Attended");

    [GlobalCleanup]
    public void Dispose() => _stage.Dispose();
}
