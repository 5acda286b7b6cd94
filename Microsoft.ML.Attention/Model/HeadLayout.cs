namespace Microsoft.ML.Attention.Model;

/// <summary>The heads that a layer computes, by the numbers they had before any was pruned,
/// and the key-value heads that they use.</summary>
sealed class HeadLayout
{
    /// <param name="heads">The heads that are left, in ascending order.</param>
    /// <param name="sharing">How many heads shared a key-value head before any was pruned, <c>H / K</c>.</param>
    public HeadLayout(IReadOnlyList<int> heads, int sharing)
    {
        Heads = heads;
        int[] keyValueHeads = [.. heads.Select(h => h / sharing).Distinct()];
        KeyValueHeads = keyValueHeads;
        Uses = [.. heads.Select(h => Array.IndexOf(keyValueHeads, h / sharing))];
    }

    public IReadOnlyList<int> Heads { get; }

    /// <summary>The key-value heads that some head uses, in ascending order.</summary>
    public IReadOnlyList<int> KeyValueHeads { get; }

    /// <summary>For each head, the index of its key-value head in <see cref="KeyValueHeads"/>.</summary>
    public IReadOnlyList<int> Uses { get; }

    public int Count => Heads.Count;

    /// <summary>Whether each key-value head serves as many heads as the next.</summary>
    public bool IsEven => Uses.CountBy(index => index).Select(use => use.Value).Distinct().Count() <= 1;

    /// <summary>Where a head is among those that are left; null where it was pruned.</summary>
    public int? IndexOf(int head)
    {
        for (var index = 0; index < Heads.Count; index++)
            if (Heads[index] == head)
                return index;
        return null;
    }
}
