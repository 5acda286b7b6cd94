using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Attention through several layers at once.</summary>
sealed partial class ForwardPass
{
    /// <summary>
    /// <c>Â_L ⋯ Â_1</c>, <c>Â = (A + I) / 2</c> with rows that sum to 1, <c>A</c> the mean of a layer's heads: how much of each token
    /// before the first layer is in each after the last, <c>[B, T, T]</c>, rows of tokens that are not there zeros. Abnar and Zuidema 2020.
    /// </summary>
    /// <param name="outputs">With the attention weights of all layers.</param>
    public Value Rollout(ForwardOutputs outputs)
    {
        var identity = Distance(outputs.All, outputs.All).Equal(graph.Scalar(0)).CastReal();              // [T, T]
        var steps = outputs.AttentionWeights.Select((weights, layer) =>
        {
            var heads = Math.Max(_a.HeadsOf(layer).Count, 1);               // pruned ones, whose weights are zeros, are no part of the mean
            var mixed = weights.Sum(false, 1) * (1.0 / heads) + identity;       // [B, T, T]
            return mixed / mixed.Sum(true, -1);
        });
        return Keep(outputs.AllMask, steps.Aggregate((rollout, step) => step.MatMul(rollout)));
    }
}
