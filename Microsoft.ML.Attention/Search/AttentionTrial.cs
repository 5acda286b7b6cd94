using System.Globalization;

namespace Microsoft.ML.Attention;

/// <summary>What came of trying some options.</summary>
public sealed record AttentionTrial
{
    /// <summary>Which trial it is, counted from 1 in the order of their beginning.</summary>
    public required int Number { get; init; }

    /// <summary>The options, with the most epochs that a trial may learn for.</summary>
    public required MultiHeadAttentionOptions Options { get; init; }

    /// <summary>The epochs that it was last scored after.</summary>
    public required int NumberOfEpochs { get; init; }

    /// <summary>What it was scored by.</summary>
    public required AttentionSearchMetric Metric { get; init; }

    /// <summary>The metric of each fold; empty when it failed.</summary>
    public IReadOnlyList<double> FoldScores { get; init => field = new ValueList<double>(value); } = new ValueList<double>([]);

    /// <summary>The mean of the folds; null when it failed.</summary>
    public double? Score => FoldScores.Count == 0 ? null : FoldScores.Average();

    /// <summary>Why it failed: the options contradict each other, the loss became infinite, ...; null when it did not.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Seconds that its last round took, all folds together.</summary>
    public double Seconds { get; init; }

    /// <summary>One line: the trial, its epochs, what came of it, and what a search chooses among its options.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"trial {Number}, {NumberOfEpochs} epochs: {Outcome()}; "
            + $"{Options.NumberOfHeads?.ToString(CultureInfo.InvariantCulture) ?? "default"} heads, width "
            + $"{Options.ModelDimension?.ToString(CultureInfo.InvariantCulture) ?? "unset"}, " +
        $"{Options.NumberOfLayers} x {Options.Block}, {Options.Pooling} pooling, positions {Options.PositionalEncoding}, learning rate "
            + $"{Options.Training.LearningRate:0.0000}, dropout {Options.Training.Dropout:0.00}");

    string Outcome() => Score is { } score
        ? string.Create(CultureInfo.InvariantCulture, $"{Metric} {score:0.000}")
        : $"failed: {Failure?.Message}";
}
