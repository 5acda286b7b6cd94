using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>The inputs of a loss; a null one it does without.</summary>
/// <param name="Labels">A class or a number for each row, <c>[B]</c>, or for each token, <c>[B, T]</c>, or <c>[B, T,
/// N]</c> where it has several.</param>
/// <param name="Hidden">Masked reconstruction: true where a token is hidden, <c>[B, T]</c>.</param>
/// <param name="Positions">The same of token ids, as positions in the batch laid flat, int64 <c>[N]</c>.</param>
sealed record TargetInputs(Value? Labels = null, Value? Hidden = null, Value? Positions = null)
{
    /// <summary>How much each row counts, or each label of a token, in the labels' shape; null where all count the same.</summary>
    public Value? Weights { get; init; }

    /// <summary>The classes of what rows were mixed with, <c>[B]</c>; null where none are mixed.</summary>
    public Value? OtherLabels { get; init; }

    /// <summary>How much of each row is its own, <c>[B]</c>; null where none are mixed.</summary>
    public Value? Shares { get; init; }
}
