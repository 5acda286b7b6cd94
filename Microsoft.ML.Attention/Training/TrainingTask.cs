using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Training;

/// <summary>What is trained, and what for.</summary>
/// <param name="Architecture">The stage.</param>
/// <param name="Objective">What is minimized.</param>
/// <param name="Stage">The stage's tensors before training; which there are decides what is learned.</param>
/// <param name="Fixed">Tensors that are used and not learned: means and scales, and what is frozen.</param>
/// <param name="HasMask">Whether some tokens may not be there.</param>
/// <param name="HasBias">Whether rows bring a bias.</param>
sealed record TrainingTask(Architecture Architecture, Objective Objective, AttentionParameters Stage, AttentionParameters Fixed,
    bool HasMask, bool HasBias)
{
    /// <summary>The tensors that are learned, those of the read-out last.</summary>
    public IReadOnlyList<ParameterSpec> Learned { get; init; } =
        [.. ParameterLayout.Of(Architecture).Where(s =>
            s.Draw != Draw.Measured && Stage.Find(s.Name) is not null && Fixed.Find(s.Name) is null), .. Objective.ReadOut(Architecture)];

    /// <summary>The rows' inputs.</summary>
    public ScoringVariant Variant => new(HasMask, HasQueryMask: HasMask && Architecture.IsCrossAttention, HasBias);
}
