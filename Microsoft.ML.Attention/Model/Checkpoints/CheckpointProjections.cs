using Microsoft.ML.Attention.Model.Parameters;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>
/// Brings the projections of every layer, however they were stored, to one form: queries, keys and values as one matrix when their
/// shapes are equal and as three otherwise, one bias, and a gate apart from what it gates.
/// </summary>
static class CheckpointProjections
{
    static readonly string[] Words = [TensorScope.WeightName, TensorScope.BiasName];

    /// <exception cref="InvalidDataException">The sizes do not fit each other.</exception>
    public static void Normalize(Dictionary<string, AttentionTensor> tensors, string path)
    {
        var (attention, layer) = (new AttentionScope(TensorScope.Root), new LayerScope(TensorScope.Root));
        foreach (var owner in Owners(tensors, attention.FusedProjection))
            SplitFused(tensors, new(owner), path);
        foreach (var owner in Owners(tensors, attention.QueryProjection))
            Pack(tensors, new(owner), path);
        foreach (var owner in Owners(tensors, layer.FusedGate))
            SplitGate(tensors, new(owner), path);
    }

    /// <summary>What has such a module: <c>layers.0.self_attn</c>.</summary>
    static List<TensorScope> Owners(Dictionary<string, AttentionTensor> tensors, TensorScope module) =>
        [.. tensors.Keys.Select(module.Weight.OwnerOf).OfType<TensorScope>()];

    /// <summary>Grouped-query attention in one matrix: as many rows for the queries as the output projection has columns,
    /// the rest halved.</summary>
    static void SplitFused(Dictionary<string, AttentionTensor> tensors, AttentionScope attention, string path)
    {
        if (tensors.GetValueOrDefault(attention.OutProjection.Weight) is not { Shape: [_, var queries] })
            return; // nothing tells the sizes: it stays as it is, and the stage will name what it misses
        foreach (var word in Words)
            if (tensors.Remove(attention.FusedProjection[word], out var tensor))
            {
                var rows = tensor.Shape is [var count, ..] ? count - queries : 0;
                if (rows <= 0 || rows % 2 != 0)
                    throw new InvalidDataException($"'{path}' has {attention.FusedProjection[word]} of shape {tensor.Shape}: "
                        + $"less the {queries} rows of queries, as its output projection says, that leaves no equal keys and values.");
                var parts = ProjectionPacking.Split(tensor, queries, rows / 2, rows / 2);
                foreach (var (projection, part) in attention.Projections.Zip(parts))
                    Add(tensors, projection[word], part, path);
            }
    }

    static void Pack(Dictionary<string, AttentionTensor> tensors, AttentionScope attention, string path)
    {
        var apart = attention.Projections;
        var weights = apart.Select(projection => tensors.GetValueOrDefault(projection.Weight)).OfType<AttentionTensor>().ToArray();
        if (weights.Length < apart.Length || weights.Any(weight => weight.Shape.Count != 2))
            return; // the stage will name what it misses

        if (apart.Any(projection => tensors.ContainsKey(projection.Bias)))
        {
            var biases = new AttentionTensor[apart.Length];
            for (var i = 0; i < apart.Length; i++)
            {
                var rows = weights[i].Shape[0];
                biases[i] = tensors.Remove(apart[i].Bias, out var bias)
                    ? bias
                    : new AttentionTensor([rows], new float[rows]); // Whisper's keys have none
                if (biases[i].Shape is not [var length] || length != rows)
                    throw new InvalidDataException(
                        $"'{path}' has {apart[i].Bias} of shape {biases[i].Shape} for a weight of shape {weights[i].Shape}.");
            }
            Add(tensors, attention.InProjection.Bias, ProjectionPacking.Pack(biases), path);
        }
        if (weights.All(weight => weight.Shape.SequenceEqual(weights[0].Shape)))
        {
            foreach (var projection in apart)
                tensors.Remove(projection.Weight);
            Add(tensors, attention.InProjection.Weight, ProjectionPacking.Pack(weights), path);
        }
    }

    static void SplitGate(Dictionary<string, AttentionTensor> tensors, LayerScope layer, string path)
    {
        foreach (var word in Words)
            if (tensors.Remove(layer.FusedGate[word], out var tensor))
            {
                if (tensor.Shape is not [var rows, ..] || rows % 2 != 0)
                    throw new InvalidDataException($"'{path}' has {layer.FusedGate[word]} of shape {tensor.Shape}: "
                        + "a gate and what it gates need an even number of rows.");
                var parts = ProjectionPacking.Split(tensor, rows / 2, rows / 2);
                Add(tensors, layer.LinearGate[word], parts[0], path);
                Add(tensors, layer.Linear1[word], parts[1], path);
            }
    }

    static void Add(Dictionary<string, AttentionTensor> tensors, string name, AttentionTensor tensor, string path)
    {
        if (!tensors.TryAdd(name, tensor))
            throw new InvalidDataException($"'{path}' has '{name}' twice: as it is and in parts.");
    }
}
