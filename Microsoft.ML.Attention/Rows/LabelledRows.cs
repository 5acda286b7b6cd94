namespace Microsoft.ML.Attention.Rows;

/// <summary>Rows in memory, and the label of each: a class counted from 0, 0 or 1, a number; NaN where it is missing.</summary>
sealed class LabelledRows(RowLayout layout)
{
    public RaggedRows Rows { get; } = new(layout);

    /// <summary>Empty when nothing is learned from labels.</summary>
    public List<float> Labels { get; } = [];

    /// <summary>What tells a row from the others in every pass over the source.</summary>
    public List<ulong> Ids { get; } = [];

    /// <summary>Adds what another's row has beside its tokens.</summary>
    public void AddLabelOf(LabelledRows other, int row)
    {
        if (other.Labels.Count > 0)
            Labels.Add(other.Labels[row]);
        Ids.Add(other.Ids[row]);
    }

    public void Clear()
    {
        Ids.Clear();
        Rows.Clear();
        Labels.Clear();
    }
}
