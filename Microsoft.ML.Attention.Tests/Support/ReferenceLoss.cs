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

    static double LogSoftmax(double[] logits, int at) => logits[at] - Math.Log(logits.Sum(Math.Exp));

    static double Logistic(double logit, double target) =>
        -target * Math.Log(1 / (1 + Math.Exp(-logit))) - (1 - target) * Math.Log(1 / (1 + Math.Exp(logit)));
}
