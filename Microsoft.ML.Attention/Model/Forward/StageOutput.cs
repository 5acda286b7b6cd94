using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Something that a stage can write of each row; <see cref="StageOutputs"/> lists them.</summary>
sealed class StageOutput
{
    /// <summary>What it is called in graphs that only this library runs.</summary>
    public required string Name { get; init; }

    /// <summary>The axes of one row.</summary>
    public required Func<Architecture, OutputAxis[]> Axes { get; init; }

    /// <summary>How the graph gives it, <c>[B, ...]</c> and these axes.</summary>
    public required Func<ForwardPass, ForwardOutputs, Value> Build { get; init; }

    /// <summary>What its values are: numbers; or keys, for which the graph gives classes counted from 0 and -1 where there is
    /// none; or Booleans.</summary>
    public LabelKind KindOf(Architecture a) => IsLabel ? a.Prediction!.Kind : LabelKind.Number;

    /// <summary>Whether its values are labels, of the type of those that were learned from.</summary>
    public bool IsLabel { get; init; }

    /// <summary>What ML.NET calls it, where it is part of a prediction; null where it is not.</summary>
    public string? ScoreValueKind { get; init; }

    /// <summary>Whether it is made of attention weights: a graph that gives it is slower,
    /// and is made for those alone who ask for it.</summary>
    public bool NeedsAttentionWeights { get; init; }

    /// <summary>Whether a graph that gives it is slower, and is made for those alone who ask for it.</summary>
    public bool IsCostly { get => field || NeedsAttentionWeights; init; }

    public override string ToString() => Name;
}
