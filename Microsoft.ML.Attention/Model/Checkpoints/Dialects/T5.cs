using static Microsoft.ML.Attention.Model.Checkpoints.Dialects.Stem;

namespace Microsoft.ML.Attention.Model.Checkpoints.Dialects;

/// <summary>One attention of T5, under a prefix that ends with it or with <c>layer.0.</c>.</summary>
/// <remarks>Its blocks have no names here: the first adds relative positions, which the others share.</remarks>
static class T5
{
    public static CheckpointDialect Dialect { get; } = new()
    {
        AttentionPaths = ["SelfAttention."],
        InLayer = new Dictionary<string, string>
        {
            ["SelfAttention.q."] = QueryProjection,
            ["SelfAttention.k."] = KeyProjection,
            ["SelfAttention.v."] = ValueProjection,
            ["SelfAttention.o."] = OutProjection,
            ["SelfAttention.relative_attention_bias."] = RelativePositions,
        },
    };
}
