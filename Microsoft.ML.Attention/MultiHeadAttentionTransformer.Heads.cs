using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>The stage with fewer heads.</summary>
public sealed partial class MultiHeadAttentionTransformer
{
    /// <summary>For each layer, the heads that it has: by their numbers before any was pruned, in ascending order.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Heads => [.. Enumerable.Range(0, _architecture.Layers).Select(layer => _architecture.HeadsOf(layer).Heads)];

    /// <summary>A smaller stage without these heads, whose outputs are those of this one with the heads silenced: their columns of <c>out_proj.weight</c> zero.</summary>
    /// <remarks>
    /// Heads keep their numbers, and with them their windows, ALiBi slopes, and places in the attention bias and the attention weights, where those of pruned heads
    /// are zeros. Layers may keep different numbers of heads; one that keeps none adds the bias of its output projection. The smaller stage is saved, exported and, with its
    /// <see cref="Options"/> and <see cref="Parameters"/>, learned further like any other. This one stays as it is; each is disposed on its own.
    /// Michel et al. 2019; Voita et al. 2019.
    /// </remarks>
    /// <param name="heads">Which heads of which layers, both counted from 0; heads by their numbers before any was pruned.</param>
    /// <exception cref="ArgumentException">There is no such layer or head, or the head was pruned before.</exception>
    public MultiHeadAttentionTransformer Prune(IEnumerable<(int Layer, int Head)> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        var (architecture, parameters) = PrunedHeads.Of(_architecture, Parameters, heads);
        // Sizes that Fit would otherwise read off the tensors, which no longer tell.
        var options = Options with
        {
            HeadDimension = architecture.HeadDimension,
            ValueHeadDimension = architecture.ValueHeadDimension,
            NumberOfKeyValueHeads = architecture.KeyValueHeads,
            OutputDimension = architecture.Block == AttentionBlock.Attention ? architecture.OutputWidth : null,
            KeptHeads = architecture.KeptHeads,
        };
        return new(_environment, options, architecture, parameters, Training);
    }

    /// <summary>A smaller stage without this share of the heads that are left, those first that can add the least.</summary>
    /// <remarks>
    /// Without data (with it, <see cref="Prune(HeadAnalysis, double)"/>), what a head can add is the Frobenius norm of W_O [W_V b_V]: how much it writes of what it reads (Elhage et al. 2021, the output-value circuit).
    /// It says nothing of where the head looks, nor of what the tokens hold.
    /// </remarks>
    /// <param name="fraction">The share, from 0 to 1, of the heads of all layers together, rounded down.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    public MultiHeadAttentionTransformer Prune(double fraction) =>
        Prune(ShareOf(fraction, HeadStrengths.Of(_architecture, Parameters).OrderBy(head => head.Strength).Select(head => (head.Layer, head.Head))));

    /// <summary>A smaller stage without this share of the heads that are left, the least important first, as an analysis of this stage found them.</summary>
    /// <remarks>
    /// By <see cref="HeadStatistics.LossImportance"/> where the analysis had a label, so that what the label does not need goes first; otherwise by <see cref="HeadStatistics.OutputImportance"/>.
    /// Each head was silenced with all others in place: of two heads that stand in for each other, both may seem unimportant until one is gone. Analyzing and pruning in several steps sees that.
    /// Michel et al. 2019.
    /// </remarks>
    /// <param name="analysis">What <see cref="AnalyzeHeads"/> said of this stage, with importance.</param>
    /// <param name="fraction">The share, from 0 to 1, of the heads of all layers together, rounded down.</param>
    /// <exception cref="ArgumentException">The analysis is of other heads than this stage has, used no rows, or has no importance.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    public MultiHeadAttentionTransformer Prune(HeadAnalysis analysis, double fraction)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var heads = Heads.SelectMany((heads, layer) => heads.Select(head => (layer, head)));
        if (!analysis.Select(head => (head.Layer, head.Head)).SequenceEqual(heads))
            throw new ArgumentException($"The analysis is of {analysis.Count} heads, which are not the {heads.Count()} of this stage: analyze this one.", nameof(analysis));
        if (analysis.RowsUsed == 0)
            throw new ArgumentException($"The analysis used no rows ({analysis.RowsSkipped} were left out): it cannot tell which heads are important.", nameof(analysis));
        return Prune(ShareOf(fraction, analysis.OrderBy(head => head.LossImportance ?? head.OutputImportance
            ?? throw new ArgumentException("The analysis was made without importance: call AnalyzeHeads with importance.", nameof(analysis))).Select(head => (head.Layer, head.Head))));
    }

    /// <summary>The same stage with some heads silenced: they are computed, and add nothing. This transformer stays as it is; each is disposed on its own.</summary>
    /// <exception cref="ArgumentException">There is no such layer or head, or it was pruned.</exception>
    internal MultiHeadAttentionTransformer Silence(IEnumerable<(int Layer, int Head)> heads) =>
        new(_environment, Options, _architecture, SilencedHeads.Of(_architecture, Parameters, heads), Training);

    /// <summary>The first of these heads: rounded down, but for the rounding of the fraction itself (0.29 of 100 is 29, though the product is 28.999999999999996).</summary>
    static IEnumerable<(int Layer, int Head)> ShareOf(double fraction, IEnumerable<(int Layer, int Head)> heads)
    {
        if (!(fraction >= 0 && fraction <= 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "fraction must be from 0 to 1.");
        (int, int)[] all = [.. heads];
        return all.Take((int)(fraction * all.Length + 1e-9));
    }
}
