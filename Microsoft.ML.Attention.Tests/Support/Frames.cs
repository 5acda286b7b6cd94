using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>A labelled row as a user would declare it: 4 tokens of 6 numbers,
/// whose mean is low in one class and high in the other.</summary>
sealed class Frames
{
    [VectorType(4, 6)]
    public float[] A { get; set; } = [];

    [VectorType(24)]
    public float[] Flat => A;

    public bool Label { get; set; }

    public string Class => Label ? "high" : "low";

    /// <summary>Attention from a seed, mean pooling, both outputs.</summary>
    public static MultiHeadAttentionOptions Options { get; } = new()
    {
        OutputColumnName = "Out",
        InputColumnNames = ["A"],
        NumberOfHeads = 2,
        Pooling = AttentionPooling.Mean,
        AttentionWeightsColumnName = "Weights",
        Training = new() { Objective = TrainingObjective.None, Seed = 1 },
    };

    public static List<Frames> Rows(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count)
            .Select(n => new Frames { Label = n % 2 == 1, A = [.. Enumerable.Range(0, 24).Select(_ => random.NextSingle() + n % 2)] })];
    }

    /// <summary>What <see cref="Options"/> add.</summary>
    public sealed class Scored
    {
        public float[] Out { get; set; } = [];

        public float[] Weights { get; set; } = [];
    }
}
