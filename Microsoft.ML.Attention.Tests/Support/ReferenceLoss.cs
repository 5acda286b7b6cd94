using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>The oracle of losses: what labels cost, in plain loops over double.</summary>
static class ReferenceLoss
{
    /// <summary>The weighted mean over the labels that are there.</summary>
    public static double Of(AttentionParameters parameters, MultiHeadAttentionOptions options, IReadOnlyList<ReferenceRow> references,
        LabelledRows rows, Prediction prediction,
        double smoothing, double mean, double deviation)
    {
        var tensors = new ReferenceParameters(parameters);
        var (sum, weights) = (0.0, 0.0);
        foreach (var (n, row) in references.Index())
        {
            double[][] vectors = prediction.OfTokens
                ? Reference.Row(options with { Pooling = AttentionPooling.None }, parameters, row).Output
                : [Reference.Row(options, parameters, row).Vector];
            foreach (var (t, vector) in vectors.Index())
            {
                if (prediction.OfTokens && !row.Mask![t])
                    continue;
                var read = tensors.Affine("classifier")
                    .Apply(prediction.HasDense ? [.. tensors.Affine("pre_classifier").Apply(vector).Select(x => Math.Max(x, 0))] : vector);
                var labels = prediction.OfTokens
                    ? rows.TokenLabels[n].Slice(t * rows.LabelsPerToken, rows.LabelsPerToken).ToArray()
                    : [rows.Labels[n]];
                foreach (var (i, label) in labels.Index().Where(l => float.IsFinite(l.Item)))
                {
                    var weight = rows.Weights.Count == 0 ? 1 : rows.Weights[n];
                    weights += weight;
                    var (share, other) = rows.Shares.Count == 0 ? (1.0, label) : (rows.Shares[n], rows.OtherLabels[n]);
                    sum += weight * prediction.Kind switch
                    {
                        LabelKind.Class => share * OfClass(read, (int)label) + (1 - share) * OfClass(read, (int)other),
                        LabelKind.Boolean => share * OfBoolean(read, label) + (1 - share) * OfBoolean(read, other),
                        _ => Math.Pow(read[i] - (share * label + (1 - share) * other - mean) / deviation, 2),
                    };
                }
            }
        }
        return sum / weights;

        double OfClass(double[] read, int label) =>
            -Enumerable.Range(0, read.Length).Sum(c => ((c == label ? 1 - smoothing : 0) + smoothing / read.Length) * LogSoftmax(read, c));

        double OfBoolean(double[] read, double label) => Logistic(read[0], label * (1 - smoothing) + smoothing / 2);
    }

    /// <summary>The weighted mean over pairs of rows, of which each two neighbours are one.</summary>
    /// <param name="parameters">The stage's tensors.</param>
    /// <param name="options">What it is.</param>
    /// <param name="references">The rows.</param>
    /// <param name="labels">The cosine of each pair, which its own is to be; null where each second is found among all.</param>
    /// <param name="weights">How much each pair counts.</param>
    /// <param name="temperature">What cosines are divided by where seconds are found.</param>
    public static double OfPairs(AttentionParameters parameters, MultiHeadAttentionOptions options, IReadOnlyList<ReferenceRow> references,
        double[]? labels, double[] weights, double temperature)
    {
        double[][] vectors = [.. references.Select(row => Reference.Row(options, parameters, row).Output[0])];
        var pairs = vectors.Length / 2;
        var sum = 0.0;
        for (var pair = 0; pair < pairs; pair++)
        {
            var cosines = Enumerable.Range(0, pairs).Select(other => Cosine(vectors[2 * pair], vectors[2 * other + 1])).ToArray();
            sum += weights[pair] * (labels is null ? -LogSoftmax([.. cosines.Select(cosine => cosine / temperature)], pair)
                : Math.Pow(cosines[pair] - labels[pair], 2));
        }
        return sum / weights.Sum();
    }

    static double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));

    static double LogSoftmax(double[] logits, int at) => logits[at] - Math.Log(logits.Sum(Math.Exp));

    static double Logistic(double logit, double target) =>
        -target * Math.Log(1 / (1 + Math.Exp(-logit))) - (1 - target) * Math.Log(1 / (1 + Math.Exp(logit)));
}
