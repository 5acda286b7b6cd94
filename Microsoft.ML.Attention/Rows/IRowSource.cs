namespace Microsoft.ML.Attention.Rows;

/// <summary>The rows to learn from, wherever they are.</summary>
interface IRowSource
{
    /// <summary>Reads all rows once, in chunks that fit in memory; a chunk is valid until the next is asked for, unless it is the only
    /// one.</summary>
    /// <param name="shuffle">Orders the rows, as far as the source can; null for its own order.</param>
    /// <param name="mostNumbers">Numbers that a chunk holds at most, but for its last row.</param>
    IEnumerable<LabelledRows> Read(Random? shuffle, long mostNumbers);
}
