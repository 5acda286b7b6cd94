using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>Rows of numbers to learn from, without a data view: token after token of one width, and a label each.</summary>
sealed class ListRows(int width, IReadOnlyList<(float[] Tokens, float Label)> rows) : IRowSource
{
    public RowLayout Layout { get; } = new([new(width)], HasMask: false, HasBias: false, NumberOfHeads: 1);

    /// <summary>Rows in each chunk that was read, from the first pass to the last.</summary>
    public List<int> Chunks { get; } = [];

    /// <summary>All of them in one chunk.</summary>
    public LabelledRows All => Read(shuffle: null, long.MaxValue).Single();

    public IEnumerable<LabelledRows> Read(Random? shuffle, long mostNumbers)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        shuffle?.Shuffle(order);
        var chunk = new LabelledRows(Layout);
        foreach (var row in order)
        {
            if (chunk.Rows.Numbers >= mostNumbers)
            {
                Chunks.Add(chunk.Rows.Count);
                yield return chunk;
                chunk.Clear();
            }
            var (tokens, label) = rows[row];
            tokens.CopyTo(chunk.Rows.Fields[0].Numbers.Append(tokens.Length));
            chunk.Rows.Complete(tokens.Length / width, tokens.Length / width);
            chunk.Labels.Add(label);
            chunk.Ids.Add((ulong)row);
        }
        Chunks.Add(chunk.Rows.Count);
        yield return chunk;
    }
}
