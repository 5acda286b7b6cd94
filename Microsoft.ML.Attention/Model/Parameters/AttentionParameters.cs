namespace Microsoft.ML.Attention;

/// <summary>Named tensors, immutable: what a stage has learned, or was given.</summary>
public sealed partial class AttentionParameters
{
    readonly SortedDictionary<string, AttentionTensor> _tensors;

    AttentionParameters(SortedDictionary<string, AttentionTensor> tensors)
    {
        _tensors = tensors;
        Names = new ValueList<string>(tensors.Keys);
    }

    /// <summary>The names, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the names there are.</exception>
    public AttentionTensor this[string name] => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new KeyNotFoundException($"There is no tensor '{name}'. There are: {string.Join(", ", Names)}.");

    /// <summary>What was beside the tensors where they were loaded, and is no parameter:
    /// tensors of whole numbers and of Booleans.</summary>
    internal IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>Parameters made of these tensors.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public static AttentionParameters Create(IEnumerable<KeyValuePair<string, AttentionTensor>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = new SortedDictionary<string, AttentionTensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors)
            if (!sorted.TryAdd(name, tensor ?? throw new ArgumentException($"The tensor '{name}' is null.", nameof(tensors))))
                throw new ArgumentException($"The tensor '{name}' occurs twice.", nameof(tensors));
        return new AttentionParameters(sorted);
    }

    internal static AttentionParameters Create(IEnumerable<KeyValuePair<string, AttentionTensor>> tensors, IReadOnlyList<string> leftOut) =>
        new(Create(tensors)._tensors) { LeftOut = leftOut };

    internal IEnumerable<KeyValuePair<string, AttentionTensor>> All => _tensors;

    internal AttentionTensor? Find(string name) => _tensors.GetValueOrDefault(name);
}
