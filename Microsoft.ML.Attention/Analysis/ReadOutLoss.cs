using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>How much of a label a linear read-out of the stage's output leaves unexplained, with all heads and without each.</summary>
/// <remarks>
/// The read-out that Fit learned with is gone, and a stage may have been given rather than learned; so one is fitted here, in closed form
/// and the same for every kind of label. Each row is read by a read-out that was fitted, on outputs of all heads,
/// to the other four fifths of the rows.
/// </remarks>
/// <param name="kind">What the labels are; classes become one target each, 1 or 0.</param>
/// <param name="heads">Heads of the stage.</param>
sealed class ReadOutLoss(LabelKind kind, int heads)
{
    const int Folds = 5;

    readonly List<float> _labels = [];
    readonly List<float[]> _intact = [];
    readonly List<float[]>[] _silenced = [.. Enumerable.Range(0, heads).Select(_ => new List<float[]>())];

    /// <summary>Adds a row.</summary>
    /// <param name="label">Its label, not NaN.</param>
    /// <param name="output">The stage's output, one vector.</param>
    public void Add(float label, float[] output)
    {
        _labels.Add(label);
        _intact.Add(output);
    }

    /// <summary>Adds the same row's output without one head.</summary>
    public void AddWithout(int head, float[] output) => _silenced[head].Add(output);

    /// <summary>The loss with all heads and without each, <c>1 - R²</c>; null where the label never changes.</summary>
    /// <param name="checkCanceled">Throws when it should stop; asked row by row.</param>
    public (double Intact, double[] Silenced)? Measure(Action checkCanceled)
    {
        if (_labels.Distinct().Count() < 2)
            return null;
        var targets = Targets();
        var variance = Variance(targets);
        double intact = 0;
        var silenced = new double[heads];
        for (var fold = 0; fold < Math.Min(Folds, _labels.Count); fold++)
        {
            var (held, kept) = (Rows(row => row % Folds == fold), Rows(row => row % Folds != fold));
            var readOut = new LinearReadOut([.. kept.Select(row => _intact[row])], [.. kept.Select(row => targets[row])], checkCanceled);
            foreach (var row in held)
            {
                checkCanceled();
                intact += Error(readOut.Read(_intact[row]), targets[row]);
                for (var head = 0; head < heads; head++)
                    silenced[head] += Error(readOut.Read(_silenced[head][row]), targets[row]);
            }
        }
        return (intact / variance, [.. silenced.Select(error => error / variance)]);
    }

    int[] Rows(Func<int, bool> belong) => [.. Enumerable.Range(0, _labels.Count).Where(belong)];

    double[][] Targets()
    {
        if (kind != LabelKind.Class)
            return [.. _labels.Select(label => new double[] { label })];
        float[] classes = [.. _labels.Distinct().Order()];
        return [.. _labels.Select(label => Array.ConvertAll(classes, c => c == label ? 1.0 : 0))];
    }

    /// <summary>The squared distance of all targets from their mean.</summary>
    static double Variance(double[][] targets)
    {
        double[] mean = [.. targets[0].Select((_, i) => targets.Average(t => t[i]))];
        return targets.Sum(t => Error(mean, t));
    }

    static double Error(double[] read, double[] target) => read.Zip(target, (r, t) => (r - t) * (r - t)).Sum();
}
