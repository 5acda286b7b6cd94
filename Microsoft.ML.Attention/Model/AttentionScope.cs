namespace Microsoft.ML.Attention.Model;

/// <summary>The tensors of one attention.</summary>
/// <param name="Scope">Where it is.</param>
readonly record struct AttentionScope(TensorScope Scope)
{
    /// <summary>The projections of queries, keys and values as one, and their biases, which are always one.</summary>
    public TensorScope InProjection => Projection("in_proj");

    public TensorScope QueryProjection => Projection("q_proj");

    public TensorScope KeyProjection => Projection("k_proj");

    public TensorScope ValueProjection => Projection("v_proj");

    /// <summary>Those of queries, keys and values apart.</summary>
    public TensorScope[] Projections => [QueryProjection, KeyProjection, ValueProjection];

    /// <summary>The three in one matrix though their sizes differ, as some checkpoints have them; no stage does.</summary>
    public TensorScope FusedProjection => Projection("qkv_proj");

    public TensorScope OutProjection => Scope["out_proj"];

    /// <summary>The gains of the queries' norm, one for all heads.</summary>
    public TensorScope QueryNorm => Scope["q_norm"];

    /// <summary>The gains of the keys' norm.</summary>
    public TensorScope KeyNorm => Scope["k_norm"];

    /// <summary>Every tensor that an attention may have.</summary>
    public TensorScope[] Tensors =>
    [
        InProjection.Weight, InProjection.Bias, .. Projections.Select(part => part.Weight), OutProjection.Weight, OutProjection.Bias,
        QueryNorm.Weight, KeyNorm.Weight,
    ];

    /// <summary>The projections are tensors of the attention in PyTorch, not modules of it: <c>in_proj_weight</c>.</summary>
    TensorScope Projection(string name) => new(Scope[name], '_');
}
