using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>Losses, each the mean over the rows.</summary>
static class Losses
{
    /// <summary>Softmax cross-entropy, natural logarithm.</summary>
    /// <param name="logits"><c>[N, C]</c>.</param>
    /// <param name="classes">int64, counted from 0, <c>[N]</c>.</param>
    /// <param name="smoothing">The share of each target that all classes divide among them. Szegedy et al. 2016, section 7.</param>
    public static Value CrossEntropy(Value logits, Value classes, double smoothing = 0)
    {
        var graph = logits.Graph;
        var shifted = logits - logits.Max(true, 1);                             // no exponential overflows
        var surprise = shifted.Exp().Sum(true, 1).Log() - shifted;              // -log p of each class, [N, C]
        var names = graph.Longs([.. Enumerable.Range(0, (int)logits.Shape[1].Size)]);
        var loss = classes.Unsqueeze(1).Equal(names).Where(surprise, graph.Scalar(0)).Sum(false, 1).Mean(false, 0);
        return smoothing == 0 ? loss : loss * (1 - smoothing) + surprise.Mean(false) * smoothing;
    }

    /// <summary>Binary cross-entropy of logits, in the form that does not overflow: <c>max(x, 0) - x y + log(1 + e^-|x|)</c>.</summary>
    public static Value BinaryCrossEntropy(Value logits, Value targets) =>
        (logits.Relu() - logits * targets + (logits.Minimum(-logits).Exp() + 1).Log()).Mean(false, 0);

    public static Value SquaredError(Value outputs, Value targets) => (outputs - targets).Square().Mean(false);
}
