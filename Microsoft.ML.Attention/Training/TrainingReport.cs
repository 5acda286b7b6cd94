using System.Text;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>What Fit did; saved with the model.</summary>
public sealed record TrainingReport
{
    /// <summary>What was minimized.</summary>
    public TrainingObjective Objective { get; init; }

    /// <summary>The mean loss of each epoch, dropout included.</summary>
    public IReadOnlyList<double> Losses { get; init => field = new ValueList<double>(value); } = new ValueList<double>([]);

    /// <summary>The loss on the rows kept out after each epoch, without dropout; empty when none were.</summary>
    public IReadOnlyList<double> ValidationLosses { get; init => field = new ValueList<double>(value); } = new ValueList<double>([]);

    /// <summary>The epoch, counted from 1, whose parameters were kept: the one with the least validation loss, or the last.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Rows learned from in an epoch.</summary>
    public long RowsUsed { get; init; }

    /// <summary>Rows kept out to measure with.</summary>
    public long RowsValidated { get; init; }

    /// <summary>Rows left out: those with NaN or infinity, without a label, without a weight, and without enough tokens.</summary>
    public long RowsSkipped { get; init; }

    /// <summary>Of the rows left out, those with NaN or infinity. 0 in a report of version 0.1.0, which did not say.</summary>
    public long RowsNotFinite { get; init; }

    /// <summary>Of the rows left out, those whose label is missing, NaN or infinite. 0 in a report of version 0.1.0.</summary>
    public long RowsWithoutLabel { get; init; }

    /// <summary>Of the rows left out, those whose weight is NaN or infinite. 0 in a report of version 0.1.0.</summary>
    public long RowsWithoutWeight { get; init; }

    /// <summary>Of the rows left out, those without tokens, or, learning by reconstruction, with fewer than 2.
    /// 0 in a report of version 0.1.0.</summary>
    public long RowsTooShort { get; init; }

    /// <summary>
    /// What the classifier was divided by at the end, so that probabilities are as high as predictions are often right: the temperature of
    /// the least cross-entropy of the rows kept out, between 0.05 and 20. Null where none were,
    /// or nothing is predicted that has a probability.
    /// </summary>
    /// <remarks>Guo et al. 2017, On calibration of modern neural networks.</remarks>
    public double? Temperature { get; init; }

    /// <summary>Seconds that learning took.</summary>
    public double Seconds { get; init; }

    /// <summary>
    /// What several models did: losses are their means, as far as all of them went; rows, temperature and the epoch kept are the first
    /// one's; seconds are all together.
    /// </summary>
    internal static TrainingReport Mean(IReadOnlyList<TrainingReport> reports) => reports.Count == 1 ? reports[0] : reports[0] with
    {
        Losses = Mean(reports, report => report.Losses),
        ValidationLosses = Mean(reports, report => report.ValidationLosses),
        Seconds = reports.Sum(report => report.Seconds),
    };

    static double[] Mean(IReadOnlyList<TrainingReport> reports, Func<TrainingReport, IReadOnlyList<double>> losses) =>
        [.. Enumerable.Range(0, reports.Min(report => losses(report).Count))
            .Select(epoch => reports.Average(report => losses(report)[epoch]))];

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
