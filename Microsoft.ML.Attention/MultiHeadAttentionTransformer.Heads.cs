using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Heads;

namespace Microsoft.ML.Attention;

/// <summary>The stage with fewer heads.</summary>
public sealed partial class MultiHeadAttentionTransformer
{
    /// <summary>For each layer, the heads that it has: by their numbers before any was pruned, in ascending order.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Heads =>
        [.. Enumerable.Range(0, _architecture.NumberOfLayers).Select(layer => _architecture.HeadsOf(layer).Heads)];

    /// <summary>A smaller stage without these heads, whose outputs are those of this one with the heads silenced: their columns of
    /// <c>out_proj.weight</c> zero.</summary>
    /// <remarks>
    /// Heads keep their numbers, and with them their windows, ALiBi slopes, and indices in the attention bias and the attention weights,
    /// where those of pruned heads are zeros. Layers may keep different numbers of heads; one that keeps none adds the bias of its output
    /// projection. The smaller stage is saved, exported and, with its <see cref="Options"/> and <see cref="Parameters"/>, learned further
    /// like any other. This one stays as it is; each is disposed on its own. Michel et al. 2019; Voita et al. 2019.
    /// </remarks>
    /// <param name="heads">Which heads of which layers, both counted from 0; heads by their numbers before any was pruned.</param>
    /// <exception cref="ArgumentException">There is no such layer or head, or the head was pruned before.</exception>
    public MultiHeadAttentionTransformer Prune(IEnumerable<(int Layer, int Head)> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        CheckOneModel(nameof(Prune));
        var (architecture, parameters) = PrunedHeads.Of(_architecture, Parameters, heads);
        // Sizes that Fit would otherwise read off the tensors, which no longer tell.
        var options = Options with
        {
            NumberOfHeads = architecture.NumberOfHeads,
            HeadDimension = architecture.HeadDimension,
            ValueHeadDimension = architecture.ValueHeadDimension,
            NumberOfKeyValueHeads = architecture.NumberOfKeyValueHeads,
            OutputDimension = architecture.Block == AttentionBlock.Attention ? architecture.OutputDimension : null,
            KeptHeads = architecture.KeptHeads,
        };
        return new(_environment, options, architecture, parameters, Training, _labels);
    }

    /// <exception cref="NotSupportedException">The stage has several models.</exception>
    void CheckOneModel(string what)
    {
        if (_architecture.NumberOfModels > 1)
            throw new NotSupportedException(
                $"{what} is for the heads of one model; this stage has {_architecture.NumberOfModels}: learn with "
                + "Training.NumberOfModels 1.");
    }

    /// <summary>A smaller stage without this share of the heads that are left, those first that can add the least.</summary>
    /// <remarks>
    /// Without data, what a head can add is the Frobenius norm of W_O [W_V b_V]: how much it writes of what it reads (Elhage et al. 2021,
    /// the output-value circuit). It says nothing of where the head looks, nor of what the tokens hold.
    /// </remarks>
    /// <param name="fraction">The share, from 0 to 1, of the heads of all layers together, rounded down.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    public MultiHeadAttentionTransformer Prune(double fraction)
    {
        CheckOneModel(nameof(Prune));
        var weakest = HeadStrengths.Of(_architecture, Parameters).OrderBy(head => head.Strength)
            .Select(head => (head.Layer, head.Head)).ToArray();
        return Prune(weakest.Take(ShareOf(weakest.Length, fraction)));
    }

    /// <summary>A smaller stage without this share of the heads that are left, the least important first,
    /// as one analysis of this stage found them.</summary>
    /// <remarks>
    /// By <see cref="HeadStatistics.LossImportance"/> where the analysis had a label, so that what the label does not need goes first;
    /// otherwise by <see cref="HeadStatistics.OutputImportance"/>. An analysis silences one head at a time. Heads that stand in for each
    /// other, as those of a layer may, so all seem unimportant, and are pruned together:
    /// <see cref="Prune(IDataView, double, int, int, string, CancellationToken)"/> looks again in between.
    /// </remarks>
    /// <param name="analysis">What <see cref="AnalyzeHeads"/> said of this stage, with importance.</param>
    /// <param name="fraction">The share, from 0 to 1, of the heads of all layers together, rounded down.</param>
    /// <exception cref="ArgumentException">The analysis is of other heads than this stage has, used no rows,
    /// or has no importance.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    public MultiHeadAttentionTransformer Prune(HeadAnalysis analysis, double fraction)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        return Prune(LeastImportant(analysis, ShareOf(NumberOfHeads, fraction)));
    }

    /// <summary>A smaller stage without this share of the heads that are left, the least important first, as rows of data tell: in steps,
    /// with an analysis before each.</summary>
    /// <remarks>
    /// A head's importance depends on which others are there: that of one that stood in for another rises when the other goes. A step takes
    /// as long as <see cref="AnalyzeHeads"/>, and takes importance as <see cref="Prune(HeadAnalysis, double)"/> does. Pruning a little at a
    /// time, with a new look in between: Molchanov et al. 2017.
    /// </remarks>
    /// <param name="data">Rows with the columns that the stage reads, such as those that it learned from; read once a step.</param>
    /// <param name="fraction">The share, from 0 to 1, of the heads of all layers together, rounded down.</param>
    /// <param name="steps">Steps of as many heads each, at least 1. Default: 4.</param>
    /// <param name="maxRows">Rows to read in a step, at most; at least 1. Default: 1000.</param>
    /// <param name="labelColumnName">The label that importance is measured by. Default: the one of the options, where the data has it;
    /// otherwise importance is the change of the output.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">A column is missing, or its type does not fit the stage; or no row can be used.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidDataException">A row's lengths do not fit each other; the message names the row and the column.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public MultiHeadAttentionTransformer Prune(IDataView data, double fraction, int steps = Defaults.PruningSteps,
        int maxRows = Defaults.AnalyzedRows, string? labelColumnName = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        InvariantText.ThrowIfBelow(1, steps);
        var count = ShareOf(NumberOfHeads, fraction);
        var pruned = Prune([]);
        for (var step = 0; step < steps; step++)
        {
            var more = count * (step + 1) / steps - count * step / steps;
            if (more == 0)
                continue;
            using var before = pruned;
            pruned =
                before.Prune(before.LeastImportant(
                    before.AnalyzeHeads(data, maxRows, labelColumnName: labelColumnName, cancellationToken: cancellationToken), more));
        }
        return pruned;
    }

    /// <summary>The same stage with some heads silenced: they are computed, and add nothing. This transformer stays as it is;
    /// each is disposed on its own.</summary>
    /// <exception cref="ArgumentException">There is no such layer or head, or it was pruned.</exception>
    internal MultiHeadAttentionTransformer Silence(IEnumerable<(int Layer, int Head)> heads) =>
        new(_environment, Options, _architecture, SilencedHeads.Of(_architecture, Parameters, heads), Training, _labels);

    int NumberOfHeads => Heads.Sum(layer => layer.Count);

    /// <summary>As many heads, the least important by an analysis.</summary>
    IEnumerable<(int Layer, int Head)> LeastImportant(HeadAnalysis analysis, int count)
    {
        if (!analysis.Select(head => (head.Layer, head.Head))
            .SequenceEqual(Heads.SelectMany((heads, layer) => heads.Select(head => (layer, head)))))
            throw new ArgumentException(
                $"The analysis is of {analysis.Count} heads, which are not the {NumberOfHeads} of this stage: analyze this one.");
        if (analysis.RowsUsed == 0)
            throw new ArgumentException(
                $"The analysis used no rows ({analysis.RowsSkipped} were left out): it cannot tell which heads are important.");
        return analysis.OrderBy(head => head.LossImportance ?? head.OutputImportance
            ?? throw new ArgumentException("The analysis was made without importance: call AnalyzeHeads with importance."))
            .Take(count).Select(head => (head.Layer, head.Head));
    }

    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    static int ShareOf(int count, double fraction)
    {
        if (!(fraction >= 0 && fraction <= 1))
            throw InvariantText.OutOfRange(nameof(fraction), fraction, $"fraction must be from 0 to 1.");
        // rounded down, but for the rounding of the fraction itself: 0.29 of 100 is 29, though the product is 28.999999999999996
        return (int)(fraction * count + 1e-9);
    }
}
