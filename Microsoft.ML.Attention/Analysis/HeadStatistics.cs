using System.Text;
using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention;

/// <summary>Where one head looks, and what the stage loses without it.</summary>
/// <remarks>
/// <para>
/// Of the attention weights <c>p</c> of a query, what they give to the keys that it sees, each statistic takes a number; its value is the
/// mean of these numbers over all queries of all rows, each query counting once. Tokens that are not there, by a mask or a missing key, are
/// neither queries nor keys, and a query that sees no key counts nowhere. <see cref="double.NaN"/> is the mean of nothing:
/// what no query has a number for.
/// </para>
/// <para>
/// Positions of queries and keys are compared in self-attention only. In cross-attention they are positions in different columns, so
/// <see cref="Distance"/>, <see cref="RelativeDistance"/>, <see cref="SelfShare"/>, <see cref="PreviousShare"/>, <see cref="NextShare"/>
/// and <see cref="WindowShare"/> are NaN.
/// </para>
/// </remarks>
public sealed record HeadStatistics
{
    /// <summary>The layer, counted from 0.</summary>
    public int Layer { get; init; }

    /// <summary>The head within its layer, counted from 0; in a pruned layer, the index that it had before.</summary>
    public int Head { get; init; }

    /// <summary><c>-Σ p ln p</c>, in nats: 0 when one key has all attention. Clark et al. 2019.</summary>
    public double Entropy { get; init; }

    /// <summary>The entropy divided by that of uniform attention, <c>ln n</c> for <c>n</c> visible keys: 0 to 1. A query that sees one key
    /// has none, and does not count here.</summary>
    public double RelativeEntropy { get; init; }

    /// <summary><c>Σ p |i - j|</c> from the query's position <c>i</c> to the keys' positions <c>j</c>, in tokens.
    /// Vig and Belinkov 2019.</summary>
    public double Distance { get; init; }

    /// <summary>The distance divided by the row's length, from its first to its last token that is there: 0 to 1.
    /// Uniform attention over a long row has a third.</summary>
    public double RelativeDistance { get; init; }

    /// <summary>The share of attention on the query's own token, 0 to 1. This share and the next three: Clark et al. 2019.</summary>
    public double SelfShare { get; init; }

    /// <summary>The share of attention on the token before, 0 to 1; 0 for a query that sees none.</summary>
    public double PreviousShare { get; init; }

    /// <summary>The share of attention on the token after, 0 to 1; 0 for a query that sees none.</summary>
    public double NextShare { get; init; }

    /// <summary>The share of attention on the row's first key that is there, 0 to 1; 0 for a query that does not see it.</summary>
    public double FirstShare { get; init; }

    /// <summary>The share of attention on tokens at most <see cref="HeadAnalysis.WindowSize"/> positions away, 0 to 1:
    /// local attention; the rest is long-range.</summary>
    public double WindowShare { get; init; }

    /// <summary>The largest of the attention weights, up to 1. Voita et al. 2019.</summary>
    public double Confidence { get; init; }

    /// <summary>
    /// How unlike the layer's other heads this one is: the mean over them of the Jensen-Shannon divergence from their attention weights, in
    /// nats, 0 (alike) to ln 2 = 0.693 (no key in common). Queries count that see a key in both heads;
    /// NaN for a layer's only head. Clark et al. 2019.
    /// </summary>
    public double Divergence { get; init; }

    /// <summary>
    /// How much the stage's output changes when the head is silenced: the root mean square of the change, divided by that of the output; 0
    /// when the head is idle. Null when importance was not asked for. A head is silenced by zeros in its columns of <c>out_proj.weight</c>,
    /// as Michel et al. 2019 mask it.
    /// </summary>
    /// <remarks>The output is that of the output column, over all its numbers in all rows: of tokens, or pooled.</remarks>
    public double? OutputImportance { get; init; }

    /// <summary>
    /// How much <see cref="HeadAnalysis.Loss"/> rises when the head is silenced, the read-out staying as it is; near 0 when the label does
    /// not need the head, and below 0 when it is better off without. Null when there is no such loss. Michel et al. 2019.
    /// </summary>
    public double? LossImportance { get; init; }

    bool PrintMembers(StringBuilder text) => InvariantText.Print(text, this);
}
