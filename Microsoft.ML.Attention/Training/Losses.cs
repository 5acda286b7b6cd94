using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Training;

/// <summary>Losses, each the mean over what is predicted, where it is said how much each counts their weighted mean.</summary>
static class Losses
{
    /// <summary>Far below the sum of any weights, and above 0: where nothing counts, the loss is 0.</summary>
    const double LeastWeight = 1e-30;

    /// <summary>Softmax cross-entropy, natural logarithm.</summary>
    /// <param name="logits"><c>[N, C]</c>.</param>
    /// <param name="classes">int64, counted from 0, <c>[N]</c>.</param>
    /// <param name="smoothing">The share of each target that all classes divide among them. Szegedy et al. 2016, section 7.</param>
    /// <param name="weights">How much each counts, <c>[N]</c>; null where all count the same.</param>
    public static Value CrossEntropy(Value logits, Value classes, double smoothing = 0, Value? weights = null)
    {
        var graph = logits.Graph;
        var shifted = logits - logits.Max(true, 1);                             // no exponential overflows
        var surprise = shifted.Exp().Sum(true, 1).Log() - shifted;              // -log p of each class, [N, C]
        var names = graph.Longs([.. Enumerable.Range(0, (int)logits.Shape[1].Size)]);
        var own = classes.Unsqueeze(1).Equal(names).Where(surprise, graph.Scalar(0)).Sum(false, 1);
        if (weights is not null)
            return Mean(smoothing == 0 ? own : own * (1 - smoothing) + surprise.Mean(false, 1) * smoothing, weights);
        var loss = own.Mean(false, 0);
        return smoothing == 0 ? loss : loss * (1 - smoothing) + surprise.Mean(false) * smoothing;
    }

    /// <summary>Binary cross-entropy of logits, in the form that does not overflow: <c>max(x, 0) - x y + log(1 + e^-|x|)</c>.</summary>
    public static Value BinaryCrossEntropy(Value logits, Value targets, Value? weights = null) =>
        Mean(logits.Relu() - logits * targets + (logits.Minimum(-logits).Exp() + 1).Log(), weights);

    public static Value SquaredError(Value outputs, Value targets, Value? weights = null) => Mean((outputs - targets).Square(), weights);

    /// <summary>Softmax cross-entropy of finding each second among all of them, by its product with the first.</summary>
    /// <param name="firsts"><c>[N, W]</c>.</param>
    /// <param name="seconds">What belongs to each, <c>[N, W]</c>.</param>
    /// <param name="temperature">What products are divided by.</param>
    /// <param name="weights">How much each counts, <c>[N]</c>; null where all count the same.</param>
    public static Value InBatchNegatives(Value firsts, Value seconds, double temperature, Value? weights = null)
    {
        var scores = firsts.MatMul(seconds.T()) / temperature;                  // [N, N], its own on the diagonal
        var most = scores.Max(true, 1);                                         // no exponential overflows
        var all = (scores - most).Exp().Sum(false, 1).Log() + most.Squeeze(1);
        return Mean(all - Products(firsts, seconds) / temperature, weights);
    }

    /// <summary>The inner product of each two vectors, <c>[N]</c> of <c>[N, W]</c>: of directions their cosine.</summary>
    public static Value Products(Value firsts, Value seconds) => (firsts * seconds).Sum(false, 1);

    static Value Mean(Value losses, Value? weights) => weights is null ? losses.Mean(false)
        : (losses * weights).Sum(false) / weights.Sum(false).Maximum(weights.Graph.Scalar(LeastWeight));
}
