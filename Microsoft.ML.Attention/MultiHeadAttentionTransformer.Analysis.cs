using Microsoft.ML.Attention.Analysis;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;

namespace Microsoft.ML.Attention;

/// <summary>What the heads of the stage do.</summary>
public sealed partial class MultiHeadAttentionTransformer
{
    /// <summary>Measures, over the rows of some data, where each head looks and what the stage loses without it.</summary>
    /// <remarks>
    /// <para>
    /// The rows are read once, from the first on, and run in batches: once as they are, and once more for each head, which is silenced
    /// then. A stage of 12 layers of 12 heads so takes 145 times as long as scoring; without importance, once. Sorted rows should be
    /// shuffled first, or the first of them speak for all. Rows with NaN or infinity, and
    /// rows without a token, are left out and counted.
    /// </para>
    /// <para>
    /// Importance for a label is measured by a read-out: ridge regression from the output (from the mean of the tokens, where they are not
    /// pooled) to the label, classes as one target each, 1 or 0. It is fitted to the output of all heads, in five folds, and each row is
    /// read by the one fitted without its fold. It is not the read-out that Fit learned with, which is gone.
    /// Rows without a label count for everything else. For this, the outputs of all rows are kept until the end, a vector for each head.
    /// </para>
    /// <para>The stage is run in 32-bit floating point, whatever the precision of its runtime options.</para>
    /// </remarks>
    /// <param name="data">Rows with the columns that the stage reads.</param>
    /// <param name="maxRows">Rows to read, at most; at least 1. Default: 1000, as many as Clark et al. 2019 took.</param>
    /// <param name="windowSize">How many positions away a token is at most that counts for <see cref="HeadStatistics.WindowShare"/>; at
    /// least 0. Default: 3, the reach of a convolution over 7 tokens.</param>
    /// <param name="withImportance">Whether heads are silenced to see what that changes. Default: they are.</param>
    /// <param name="labelColumnName">A key, a Boolean or a Single to measure <see cref="HeadStatistics.LossImportance"/> by. Default: the
    /// one of the options, where the data has it.</param>
    /// <param name="cancellationToken">Stops the analysis, also in the middle of a batch.</param>
    /// <exception cref="ArgumentException">A column is missing, or its type does not fit the stage.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidDataException">A row's lengths do not fit each other; the message names the row and the column.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public HeadAnalysis AnalyzeHeads(IDataView data, int maxRows = Defaults.AnalyzedRows, int windowSize = Defaults.AnalysisWindowSize,
        bool withImportance = true,
        string? labelColumnName = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        InvariantText.ThrowIfBelow(1, maxRows);
        InvariantText.ThrowIfBelow(0, windowSize);
        CheckOneModel(nameof(AnalyzeHeads));
        CheckCanceled();
        var label = LabelOf(data.Schema, labelColumnName);
        var rows = new DataViewRows(data, Bind(data.Schema).Columns, _architecture, label, CheckCanceled, maxRows);
        using var session = new AnalysisSession(_session, Parameters, rows.Layout.HasBias, cancellationToken);
        var analyzer = new HeadAnalyzer(_architecture, session, windowSize, withImportance, label?.Prediction.Kind, CheckCanceled);
        analyzer.Read(rows);
        return analyzer.Result();

        void CheckCanceled() => _environment.CheckCanceled("The analysis", cancellationToken);
    }

    /// <summary>A label of the rows; those of tokens are left out, unless they are asked for, which is an error.
    /// Those of pairs are of no row.</summary>
    LabelColumn? LabelOf(DataViewSchema schema, string? name)
    {
        var learned = Options.PairColumnNames is null ? Options.LabelColumnName : null;
        if (name is null && (learned is null || schema.GetColumnOrNull(learned) is null))
            return null;
        var label = LabelColumn.Of(schema, name ?? learned!);
        return !label.Prediction.OfTokens ? label : name is null ? null
            : throw new ArgumentException($"Label column '{name}' is {label.Column.Type}, but must be a key, a Boolean or a Single: "
                + "importance is measured by a label of each row.");
    }
}
