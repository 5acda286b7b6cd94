using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>Losses, each the mean over the rows.</summary>
static class Losses
{
    /// <summary>Softmax cross-entropy, natural logarithm.</summary>
    /// <param name="logits"><c>[N, C]</c>.</param>
    /// <param name="classes">int64, counted from 0, <c>[N]</c>.</param>
    public static Value CrossEntropy(Value logits, Value classes)
    {
        var graph = logits.Graph;
        var shifted = logits - logits.Max(true, 1);                             // no exponential overflows
        var logSum = shifted.Exp().Sum(true, 1).Log();                          // [N, 1]
        var names = graph.Longs([.. Enumerable.Range(0, (int)logits.Shape[1].Size)]);
        var chosen = classes.Unsqueeze(1).Equal(names).Where(logSum - shifted, graph.Scalar(0));
        return chosen.Sum(false, 1).Mean(false, 0);
    }

    /// <summary>Binary cross-entropy of logits, in the form that does not overflow: <c>max(x, 0) - x y + log(1 + e^-|x|)</c>.</summary>
    public static Value BinaryCrossEntropy(Value logits, Value targets) =>
        (logits.Relu() - logits * targets + ((-logits.Abs()).Exp() + 1).Log()).Mean(false, 0);

    public static Value SquaredError(Value outputs, Value targets) => (outputs - targets).Square().Mean(false);
}
