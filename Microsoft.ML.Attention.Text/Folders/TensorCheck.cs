using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Text.Families;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>Holds what config.json says against the tensors, before anything is made of the sizes.</summary>
static class TensorCheck
{
    /// <summary>The tensors that the stage has.</summary>
    /// <exception cref="InvalidDataException">A size of config.json is not that of a tensor; or a tensor of a layer is none of the
    /// family's.</exception>
    public static AttentionParameters Of(ModelPlan plan, AttentionParameters tensors, string path)
    {
        var o = plan.Options;
        var layers = tensors.Names.Select(ParameterResolution.LayerOf).Max() + 1 ?? 0;
        Require(layers == o.NumberOfLayers, $"has {layers} layers, but config.json says {o.NumberOfLayers}");
        var prefix = o.NumberOfLayers == 1 && tensors.Find("self_attn.out_proj.weight") is not null ? "" : "layers.0.";
        int width = o.ModelDimension!.Value, heads = (o.HeadDimension ?? width / o.NumberOfHeads!.Value) * o.NumberOfHeads!.Value;
        Sizes("embedding.weight", plan.Vocabulary, width);
        Sizes($"{prefix}self_attn.out_proj.weight", width, heads);
        Sizes($"{prefix}linear1.weight", o.FeedForwardDimension!.Value, width);
        if (o.PositionalEncoding is PositionalEncoding.Learned or PositionalEncoding.RelativeBuckets)
            Sizes("position.weight", o.MaximumLength!.Value + o.PositionOffset, width);
        if (o.NumberOfTokenTypes is int types)
            Sizes("token_type.weight", types, width);
        var unknown = tensors.Names.FirstOrDefault(name =>
            ParameterResolution.LayerOf(name) is not null && !IsKnown(name.Split('.', 3)[2]));
        Require(unknown is null, $"has '{unknown}', which no layer of this family has");
        string[] beside = ["embedding.", "embedding_norm.", "token_type.", "position.", "relative_bias.", "norm."];
        return AttentionParameters.Create(tensors.All.Where(tensor => ParameterResolution.LayerOf(tensor.Key) is not null
            || Array.Exists(beside, name => tensor.Key.StartsWith(name, StringComparison.Ordinal))));

        void Sizes(string name, params long[] sizes) =>
            Require(tensors.Find(name)?.Shape.SequenceEqual(sizes) == true,
                $"has {(tensors.Find(name) is { } tensor ? $"'{name}' of {tensor}" : $"no '{name}'")}, but config.json says "
                    + $"[{string.Join(", ", sizes)}]");

        void Require(bool holds, string otherwise)
        {
            if (!holds)
                throw new InvalidDataException($"'{path}' {otherwise}.");
        }
    }

    static bool IsKnown(string name) => name.StartsWith("self_attn.", StringComparison.Ordinal)
        || name.StartsWith("norm1.", StringComparison.Ordinal) || name.StartsWith("norm2.", StringComparison.Ordinal)
        || name.StartsWith("linear1.", StringComparison.Ordinal) || name.StartsWith("linear2.", StringComparison.Ordinal)
        || name.StartsWith("linear_gate.", StringComparison.Ordinal);
}
