using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Text.Families;

namespace Microsoft.ML.Attention.Text.Folders;

/// <summary>Holds what config.json says against the tensors, before anything is made of the sizes.</summary>
static class TensorCheck
{
    /// <summary>The tensors that the stage has.</summary>
    /// <exception cref="InvalidDataException">A size of config.json is not that of a tensor;
    /// or a tensor of a layer is none of the family's.</exception>
    public static AttentionParameters Of(ModelPlan plan, AttentionParameters tensors, string path)
    {
        var o = plan.Options;
        var layers = tensors.Names.Max(name => LayerScope.Locate(name)?.Layer) + 1 ?? 0;
        Require(layers == o.NumberOfLayers, $"has {layers} layers, but config.json says {o.NumberOfLayers}");
        var lone = new LayerScope(TensorScope.Root);
        var layer = o.NumberOfLayers == 1 && tensors.Find(lone.SelfAttention.OutProjection.Weight) is not null ? lone
            : new(ModuleNames.Layers[0]);
        int width = o.ModelDimension!.Value, heads = (o.HeadDimension ?? width / o.NumberOfHeads!.Value) * o.NumberOfHeads!.Value;
        Sizes(ModuleNames.Embedding.Weight, plan.Vocabulary, width);
        Sizes(layer.SelfAttention.OutProjection.Weight, width, heads);
        Sizes(layer.Linear1.Weight, o.FeedForwardDimension!.Value, width);
        if (o.PositionalEncoding is PositionalEncoding.Learned or PositionalEncoding.RelativeBuckets)
            Sizes(ModuleNames.Position.Weight, o.MaximumLength!.Value + o.PositionOffset, width);
        if (o.NumberOfTokenTypes is int types)
            Sizes(ModuleNames.TokenType.Weight, types, width);
        var unknown = tensors.Names.FirstOrDefault(name => LayerScope.Locate(name) is var (_, within) && !IsKnown(within));
        Require(unknown is null, $"has '{unknown}', which no layer of this family has");
        TensorScope[] beside = [ModuleNames.Embedding, ModuleNames.EmbeddingNorm, ModuleNames.TokenType, ModuleNames.Position,
            ModuleNames.RelativeBias, ModuleNames.FinalNorm];
        return AttentionParameters.Create(tensors.All.Where(tensor => LayerScope.Locate(tensor.Key) is not null
            || Array.Exists(beside, module => module.Holds(tensor.Key))));

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

    static bool IsKnown(string name)
    {
        var layer = new LayerScope(TensorScope.Root);
        TensorScope[] known = [layer.SelfAttention.Scope, layer.Norm1, layer.Norm2, layer.Linear1, layer.Linear2, layer.LinearGate];
        return Array.Exists(known, module => module.Holds(name));
    }
}
