using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Rows in memory, and the label of each: a class counted from 0, 0 or 1, a number; NaN where it is missing.</summary>
sealed class LabelledRows(RowLayout layout)
{
    public RaggedRows Rows { get; } = new(layout);

    /// <summary>Empty when nothing is learned from labels, or each token has its own.</summary>
    public List<float> Labels { get; } = [];

    /// <summary>The labels of each row's query tokens, <see cref="LabelsPerToken"/> of each; empty when a row has one label.</summary>
    public RaggedField<float> TokenLabels { get; } = new();

    /// <summary>Labels that one token has; 0 when rows have labels.</summary>
    public int LabelsPerToken { get; init; }

    /// <summary>Rows that are learned from together, next to each other, each with the same label, weight and id:
    /// 2 where they are pairs.</summary>
    public int RowsOfExample { get; init; } = 1;

    /// <summary>The first row of each example.</summary>
    public IEnumerable<int> Examples => Enumerable.Range(0, Rows.Count / RowsOfExample).Select(example => example * RowsOfExample);

    /// <summary>How much each row counts; empty when all count 1.</summary>
    public List<float> Weights { get; } = [];

    /// <summary>The label of what each row was mixed with; empty when none was.</summary>
    public List<float> OtherLabels { get; } = [];

    /// <summary>How much of a mixed row is the row's own, in [0, 1]; empty when none was mixed.</summary>
    public List<float> Shares { get; } = [];

    /// <summary>What tells a row from the others in every pass over the source.</summary>
    public List<ulong> Ids { get; } = [];

    /// <summary>How much a row counts.</summary>
    public float Weight(int row) => Weights.Count == 0 ? 1 : Weights[row];

    /// <summary>The labels of a row: its own, or those of its tokens.</summary>
    public ReadOnlySpan<float> LabelsOf(int row) => LabelsPerToken > 0 ? TokenLabels[row] : CollectionsMarshal.AsSpan(Labels).Slice(row, 1);

    /// <summary>Whether a label is there to learn from, and, where it is a token's, the token too.</summary>
    /// <param name="row">The row.</param>
    /// <param name="label">Its index among <see cref="LabelsOf"/>.</param>
    public bool HasLabel(int row, int label) =>
        float.IsFinite(LabelsOf(row)[label]) && (LabelsPerToken == 0 || Rows.HasToken(row, label / LabelsPerToken));

    /// <summary>Whether a row has any label.</summary>
    public bool HasLabel(int row)
    {
        for (var label = 0; label < LabelsOf(row).Length; label++)
            if (HasLabel(row, label))
                return true;
        return false;
    }

    /// <summary>Adds what another's row has beside its tokens.</summary>
    /// <param name="other">The other, whose labels are of the same kind.</param>
    /// <param name="row">The row.</param>
    /// <param name="kept">The tokens that were kept of it.</param>
    public void AddLabelOf(LabelledRows other, int row, Range kept)
    {
        if (LabelsPerToken > 0)
        {
            var labels = other.TokenLabels[row][(kept.Start.Value * LabelsPerToken)..(kept.End.Value * LabelsPerToken)];
            labels.CopyTo(TokenLabels.Append(labels.Length));
        }
        if (other.Weights.Count > 0)
            Weights.Add(other.Weights[row]);
        if (other.Labels.Count > 0)
            Labels.Add(other.Labels[row]);
        Ids.Add(other.Ids[row]);
    }

    /// <summary>Adds what the last row was mixed with.</summary>
    /// <param name="other">Rows of which one was mixed with it, whose labels are of the same kind.</param>
    /// <param name="row">The one.</param>
    /// <param name="share">How much of the mixture is the row's own.</param>
    public void AddOtherLabelOf(LabelledRows other, int row, float share)
    {
        OtherLabels.Add(other.Labels[row]);
        Shares.Add(share);
        if (other.Weights.Count > 0)
            Weights[^1] = share * Weights[^1] + (1 - share) * other.Weights[row];
    }

    public void Clear()
    {
        OtherLabels.Clear();
        Shares.Clear();
        Ids.Clear();
        Rows.Clear();
        Labels.Clear();
        TokenLabels.Clear();
        Weights.Clear();
    }
}

/// <summary>The rows to learn from, wherever they are.</summary>
interface IRowSource
{
    /// <summary>Reads all rows once, in chunks that fit in memory; a chunk is valid until the next is asked for,
    /// unless it is the only one.</summary>
    /// <param name="shuffle">Orders the rows, as far as the source can; null for its own order.</param>
    /// <param name="mostNumbers">Numbers that a chunk holds at most, but for its last row.</param>
    IEnumerable<LabelledRows> Read(Random? shuffle, long mostNumbers);
}
