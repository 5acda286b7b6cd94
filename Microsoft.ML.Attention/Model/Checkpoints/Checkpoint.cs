using Microsoft.ML.Attention.Model.Checkpoints.Dialects;
using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>From the tensors of a file to parameters: those under a prefix, by our names, in our layouts.</summary>
static class Checkpoint
{
    /// <exception cref="InvalidDataException">Nothing is under the prefix,
    /// or what is there cannot be read or does not fit together.</exception>
    /// <exception cref="NotSupportedException">There are extra learned keys and values, <c>bias_k</c> and <c>bias_v</c>.</exception>
    public static AttentionParameters Load(string path, string prefix, IReadOnlyList<CheckpointTensor> tensors)
    {
        var chosen = Under(prefix, tensors, path);
        if (chosen.Values.FirstOrDefault(tensor =>
            Stem.EndsWith(tensor.Name, "bias_k") || Stem.EndsWith(tensor.Name, "bias_v")) is { } extra)
            throw new NotSupportedException(
                $"'{path}' has '{extra.Name}', an extra key or value that every query sees (PyTorch's add_bias_kv); train without it.");

        var naming = CheckpointNaming.Recognize(chosen.Keys.ToHashSet());
        var sources = new Dictionary<string, string>();
        var parameters = new Dictionary<string, AttentionTensor>();
        var leftOut = new List<string>();
        foreach (var (name, tensor) in chosen)
        {
            var translated = naming is null ? (name, false, false) : naming.Translate(name);
            if (translated is not var (ours, isTransposed, isKnown))
                continue;
            if (!isKnown && !tensor.IsFloat()) // a counter, a mask or ids beside the parameters
            {
                leftOut.Add(ours);
                continue;
            }
            if (!sources.TryAdd(ours, tensor.Name))
                throw new InvalidDataException($"'{path}' has both '{sources[ours]}' and '{tensor.Name}' for {ours}.");
            var values = tensor.Read();
            parameters.Add(ours, isTransposed && !tensor.IsOutIn && values.Shape.Count == 2 ? values.Transpose() : values);
        }
        if (parameters.Count == 0 && leftOut.Count > 0)
            throw new InvalidDataException($"'{path}' has no tensor of floating point "
                + $"numbers{(prefix.Length > 0 ? $" under '{prefix}'" : "")}, only {TensorNames.Listed(leftOut)}.");
        if (naming is not null)
            CheckpointProjections.Normalize(parameters, path);
        return AttentionParameters.Create(parameters, leftOut);
    }

    /// <summary>The tensors under the prefix, by what is left of their names.</summary>
    static Dictionary<string, CheckpointTensor> Under(string prefix, IReadOnlyList<CheckpointTensor> tensors, string path)
    {
        if (prefix.Length > 0 && prefix[^1] != '.' && tensors.Any(tensor => tensor.Name.StartsWith(prefix + ".", StringComparison.Ordinal)))
            prefix += '.'; // layers.1 is a layer, not layers.1 and layers.10
        var chosen = tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Name[prefix.Length..]);
        if (chosen.Count == 0 && prefix.Length > 0)
            throw new InvalidDataException($"'{path}' has no tensor under '{prefix}'. It has: {FirstNames(tensors)}.");
        return chosen;
    }

    static string FirstNames(IReadOnlyList<CheckpointTensor> tensors) =>
        string.Join(", ", tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal).Take(8)) + (tensors.Count > 8 ? ", ..." : "");
}
