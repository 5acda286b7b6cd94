using System.Runtime.InteropServices;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Divides rows into mini-batches of similar lengths.</summary>
static class MiniBatches
{
    /// <summary>Batches that are sorted by length among themselves: enough to save most padding, few enough to leave their rows
    /// mixed.</summary>
    const int Pool = 4;

    /// <param name="rows">The rows.</param>
    /// <param name="members">Those to divide, in the order they are to be used.</param>
    /// <param name="size">Rows of a batch.</param>
    /// <param name="random">Mixes the batches; null leaves them in order.</param>
    public static List<LengthGroup> Of(RaggedRows rows, int[] members, int size, Random? random)
    {
        var batches = members.Chunk((int)Math.Min((long)size * Pool, int.MaxValue))
            .SelectMany(pool => pool.OrderBy(row => rows.Frames(row)).Chunk(size))                 // stable: equals stay mixed
            .Select(batch => LengthGroup.Of(rows, batch)).ToList();
        random?.Shuffle(CollectionsMarshal.AsSpan(batches));
        return batches;
    }
}
