using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Training;

/// <summary>
/// What is learned, as the step graph takes it: small tensors end to end in one vector, as the optimizer then takes a dozen operators,
/// however many tensors there are; large ones each by itself, as what those operators read and write would be what a step costs. In the
/// processor's memory the optimizer goes once over each of these, outside of the graph.
/// </summary>
/// <param name="specs">The tensors.</param>
/// <param name="leastApart">Numbers from which on a tensor is by itself.</param>
sealed class LearnedTensors(IReadOnlyList<ParameterSpec> specs, long leastApart = long.MaxValue)
{
    /// <summary>Where the provider computes in the processor's memory (1 MiB):
    /// what does not stay in a core's cache between two operators.</summary>
    public const long Large = 1 << 18;

    /// <summary>The vector of the small ones, where there are any, then each large one.</summary>
    public IReadOnlyList<ParameterVector> Vectors { get; } = Divide(specs, leastApart);

    static ParameterVector[] Divide(IReadOnlyList<ParameterSpec> specs, long leastApart)
    {
        var bySize = specs.ToLookup(spec => spec.Shape.Aggregate(1L, (product, size) => product * size) >= leastApart);
        return [.. bySize[false].Any()
            ? [new ParameterVector([.. bySize[false]])]
            : Array.Empty<ParameterVector>(), .. bySize[true].Select(spec => new ParameterVector([spec], isApart: true))];
    }
}
