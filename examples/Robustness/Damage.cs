using Examples;
using Microsoft.ML.Attention;

namespace Robustness;

/// <summary>What can happen to a recognizer that has learned.</summary>
static class Damage
{
    /// <summary>The utterances without a share of their frames, drawn at random; one frame of each is left at least.</summary>
    /// <param name="utterances">They stay as they are.</param>
    /// <param name="channels">Numbers in one frame.</param>
    /// <param name="share">From 0 to 1, of each utterance, rounded.</param>
    /// <param name="random">Where the draws come from.</param>
    public static Utterance[] WithoutFrames(IReadOnlyList<Utterance> utterances, int channels, double share, Random random) =>
        [.. utterances.Select(utterance =>
        {
            var frames = utterance.Frames.Chunk(channels).ToArray();
            var kept = Math.Max(frames.Length - (int)Math.Round(share * frames.Length), 1);
            var places = Enumerable.Range(0, frames.Length).ToArray();
            random.Shuffle(places);
            return utterance with { Frames = [.. places[..kept].Order().SelectMany(place => frames[place])] };
        })];

    /// <summary>A share of a stage's heads, drawn at random; rounded down,
    /// as <see cref="MultiHeadAttentionTransformer.Prune(double)"/> does.</summary>
    public static (int Layer, int Head)[] SomeHeads(MultiHeadAttentionTransformer stage, double share, Random random)
    {
        var heads = stage.Heads.SelectMany((heads, layer) => heads.Select(head => (layer, head))).ToArray();
        random.Shuffle(heads);
        return heads[..(int)(share * heads.Length)];
    }

    /// <summary>The heads that a pruned stage lost.</summary>
    public static (int Layer, int Head)[] Lost(MultiHeadAttentionTransformer whole, MultiHeadAttentionTransformer pruned) =>
        [.. whole.Heads.SelectMany((heads, layer) => heads.Except(pruned.Heads[layer]).Select(head => (layer, head)))];

    /// <summary>A stage's tensors with some heads silenced: their columns of <c>out_proj.weight</c> are zeros, so that they are computed
    /// and add nothing. Michel et al. 2019.</summary>
    public static AttentionParameters Silence(MultiHeadAttentionTransformer stage, IEnumerable<(int Layer, int Head)> heads)
    {
        var tensors = stage.Parameters.Names.ToDictionary(name => name, name => stage.Parameters[name]);
        foreach (var (layer, head) in heads)
        {
            var name = $"layers.{layer}.self_attn.out_proj.weight";
            tensors[name] = WithoutColumns(tensors[name], head, stage.Options.NumberOfHeads!.Value);
        }
        return AttentionParameters.Create(tensors);
    }

    /// <summary>Zeros in the <paramref name="part"/>th of <paramref name="parts"/> equal parts of a matrix's columns.</summary>
    static AttentionTensor WithoutColumns(AttentionTensor matrix, int part, int parts)
    {
        var (columns, values) = ((int)matrix.Shape[1], matrix.Values.ToArray());
        for (var row = 0; row < values.Length; row += columns)
            values.AsSpan(row + part * columns / parts, columns / parts).Clear();
        return new(matrix.Shape, values);
    }
}
