using Microsoft.ML.Attention.Model.Parameters;
using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints;

/// <summary>
/// Brings the projections of every layer, however they were stored, to one form: queries, keys and values as one matrix when their
/// shapes are equal and as three otherwise, one bias, and a gate apart from what it gates.
/// </summary>
static class CheckpointProjections
{
    /// <exception cref="InvalidDataException">The sizes do not fit each other.</exception>
    public static void Normalize(Dictionary<string, AttentionTensor> tensors, string path)
    {
        foreach (var attention in Owners(tensors, Bare(FusedProjection)))
            SplitFused(tensors, attention, path);
        foreach (var attention in Owners(tensors, Bare(QueryProjection)))
            Pack(tensors, attention, path);
        foreach (var layer in Owners(tensors, FusedGate))
            SplitGate(tensors, layer, path);
    }

    /// <summary>Where such a weight stands: <c>layers.0.self_attn.</c>.</summary>
    static List<string> Owners(Dictionary<string, AttentionTensor> tensors, string stem) =>
        [.. tensors.Keys.Where(name => EndsWith(name, stem + "weight")).Select(name => name[..^(stem.Length + "weight".Length)])];

    static string Bare(string stem) => stem[SelfAttention.Length..];

    /// <summary>Grouped-query attention in one matrix: as many rows for the queries as the output projection has columns, the rest
    /// halved.</summary>
    static void SplitFused(Dictionary<string, AttentionTensor> tensors, string attention, string path)
    {
        var fused = attention + Bare(FusedProjection);
        if (tensors.GetValueOrDefault(attention + Bare(OutProjection) + "weight") is not { Shape: [_, var queries] })
            return; // nothing tells the sizes: it stays as it is, and the stage will name what it misses
        foreach (var word in (string[])["weight", "bias"])
            if (tensors.Remove(fused + word, out var tensor))
            {
                var rows = tensor.Shape is [var count, ..] ? count - queries : 0;
                if (rows <= 0 || rows % 2 != 0)
                    throw new InvalidDataException(
                        $"'{path}' has {fused}{word} of shape {tensor.Shape}: less the {queries} rows of queries, as its output "
                            + "projection says, that leaves no equal keys and values.");
                var parts = ProjectionPacking.Split(tensor, queries, rows / 2, rows / 2);
                foreach (var (stem, part) in ((string[])[QueryProjection, KeyProjection, ValueProjection]).Zip(parts))
                    Add(tensors, attention + Bare(stem) + word, part, path);
            }
    }

    static void Pack(Dictionary<string, AttentionTensor> tensors, string attention, string path)
    {
        string[] stems = [.. ((string[])[QueryProjection, KeyProjection, ValueProjection]).Select(stem => attention + Bare(stem))];
        var weights = stems.Select(stem => tensors.GetValueOrDefault(stem + "weight")).OfType<AttentionTensor>().ToArray();
        if (weights.Length < stems.Length || weights.Any(weight => weight.Shape.Count != 2))
            return; // the stage will name what it misses

        if (stems.Any(stem => tensors.ContainsKey(stem + "bias")))
        {
            var biases = new AttentionTensor[stems.Length];
            for (var i = 0; i < stems.Length; i++)
            {
                var rows = weights[i].Shape[0];
                // Whisper's keys have none
                biases[i] = tensors.Remove(stems[i] + "bias", out var bias) ? bias : new AttentionTensor([rows], new float[rows]);
                if (biases[i].Shape is not [var length] || length != rows)
                    throw new InvalidDataException(
                        $"'{path}' has {stems[i]}bias of shape {biases[i].Shape} for a weight of shape {weights[i].Shape}.");
            }
            Add(tensors, attention + Bare(InProjection) + "bias", ProjectionPacking.Pack(biases), path);
        }
        if (weights.All(weight => weight.Shape.SequenceEqual(weights[0].Shape)))
        {
            foreach (var stem in stems)
                tensors.Remove(stem + "weight");
            Add(tensors, attention + Bare(InProjection) + "weight", ProjectionPacking.Pack(weights), path);
        }
    }

    static void SplitGate(Dictionary<string, AttentionTensor> tensors, string layer, string path)
    {
        foreach (var word in (string[])["weight", "bias"])
            if (tensors.Remove(layer + FusedGate + word, out var tensor))
            {
                if (tensor.Shape is not [var rows, ..] || rows % 2 != 0)
                    throw new InvalidDataException($"'{path}' has {layer}{FusedGate}{word} of shape {tensor.Shape}: a gate and what it "
                        + "gates need an even number of rows.");
                var parts = ProjectionPacking.Split(tensor, rows / 2, rows / 2);
                Add(tensors, layer + LinearGate + word, parts[0], path);
                Add(tensors, layer + Linear1 + word, parts[1], path);
            }
    }

    static void Add(Dictionary<string, AttentionTensor> tensors, string name, AttentionTensor tensor, string path)
    {
        if (!tensors.TryAdd(name, tensor))
            throw new InvalidDataException($"'{path}' has '{name}' twice: as it is and in parts.");
    }
}
