using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>The inputs of a loss; a null one it does without.</summary>
/// <param name="Labels">A class or a number for each row, <c>[B]</c>.</param>
/// <param name="Hidden">Masked reconstruction: true where a token is hidden, <c>[B, T]</c>.</param>
/// <param name="Positions">The same of token ids, as positions in the batch laid flat, int64 <c>[N]</c>.</param>
sealed record TargetInputs(Value? Labels = null, Value? Hidden = null, Value? Positions = null);
