using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Divides rows into mini-batches of similar lengths.</summary>
static class MiniBatches
{
    /// <summary>Batches that are sorted by length among themselves: enough to save most padding,
    /// few enough to leave their rows mixed.</summary>
    const int Pool = 4;

    /// <param name="rows">The rows.</param>
    /// <param name="members">Those to divide, in the order they are to be used; of examples of several rows the first rows.</param>
    /// <param name="size">Examples of a batch.</param>
    /// <param name="random">Mixes the batches; null leaves them in order.</param>
    /// <param name="rowsOfExample">Rows that stay together, next to each other.</param>
    public static List<LengthGroup> Of(RaggedRows rows, int[] members, int size, Random? random, int rowsOfExample = 1)
    {
        var batches = members.Chunk((int)Math.Min((long)size * Pool, int.MaxValue))
            .SelectMany(pool => pool.OrderBy(Longest).Chunk(size))                                 // stable: equals stay mixed
            .Select(batch => LengthGroup.Of(rows, batch.SelectMany(RowsOf).ToArray())).ToList();
        random?.Shuffle(CollectionsMarshal.AsSpan(batches));
        return batches;

        IEnumerable<int> RowsOf(int first) => Enumerable.Range(first, rowsOfExample);

        (int, int) Longest(int first) => RowsOf(first).Max(rows.Frames);
    }
}
