using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Training;

/// <summary>Divides rows into mini-batches of similar lengths.</summary>
static class MiniBatches
{
    /// <summary>Batches that are sorted by length among themselves: enough to save most padding, few enough to leave their rows mixed.</summary>
    const int Pool = 4;

    /// <param name="rows">The rows.</param>
    /// <param name="members">Those to divide, in the order they are to be used; it is changed.</param>
    /// <param name="size">Rows of a batch.</param>
    /// <param name="random">Mixes the batches; null leaves them in order.</param>
    public static List<LengthGroup> Of(RaggedRows rows, int[] members, int size, Random? random)
    {
        var batches = new List<LengthGroup>();
        for (var pool = 0; pool < members.Length; pool += size * Pool)
        {
            var count = Math.Min(size * Pool, members.Length - pool);
            var sorted = members.Skip(pool).Take(count).OrderBy(row => rows.Lengths(row)).ToArray();   // stable: equals stay mixed
            sorted.CopyTo(members, pool);
        }
        for (var start = 0; start < members.Length; start += size)
            batches.Add(LengthGroup.Of(rows, new ArraySegment<int>(members, start, Math.Min(size, members.Length - start))));
        if (random is not null)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batches));
        return batches;
    }
}
