using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;

namespace Microsoft.ML.Attention.Training;

/// <summary>A mask that a step draws anew: which values of one tensor are kept.</summary>
/// <param name="Mask">The graph's input, Boolean.</param>
/// <param name="Keep">The share that is kept.</param>
readonly record struct DropoutMask(Value Mask, double Keep);

/// <summary>Dropout whose masks are inputs of the graph, so that a seed repeats them on any provider. Srivastava et al. 2014;
/// heads: Zhou et al. 2020.</summary>
sealed class Dropout(double rate, double headRate) : INoise
{
    readonly List<DropoutMask> _masks = [];

    public IReadOnlyList<DropoutMask> Masks => _masks;

    public Value Drop(Value x) => Drop(x, rate, x.Shape);

    public Value DropHeads(Value heads) => Drop(heads, headRate, [heads.Shape[0], heads.Shape[1], 1, 1]);

    /// <summary>What is kept is scaled up, so that sums keep their expectation and scoring needs nothing.</summary>
    Value Drop(Value x, double rate, Dim[] shape)
    {
        if (rate == 0)
            return x;
        var mask = x.Graph.Input($"dropout.{_masks.Count}", ElementType.Bool, shape);
        _masks.Add(new DropoutMask(mask, 1 - rate));
        return mask.Where(x * (1 / (1 - rate)), x.Graph.Scalar(0));
    }
}
