namespace Microsoft.ML.Attention.Model;

/// <summary>The modules of a layer.</summary>
/// <param name="Scope">Where the layer is.</param>
readonly record struct LayerScope(TensorScope Scope)
{
    public AttentionScope SelfAttention => new(Scope["self_attn"]);

    /// <summary>The norm of its attention.</summary>
    public TensorScope Norm1 => Scope["norm1"];

    /// <summary>The norm of its feed-forward network.</summary>
    public TensorScope Norm2 => Scope["norm2"];

    /// <summary>From the tokens to the width of the feed-forward network.</summary>
    public TensorScope Linear1 => Scope["linear1"];

    /// <summary>The gate of what that gives.</summary>
    public TensorScope LinearGate => Scope["linear_gate"];

    /// <summary>The gate and what it gates in one matrix, as some checkpoints have them; no stage does.</summary>
    public TensorScope FusedGate => Scope["linear_gate_up"];

    /// <summary>From there to the tokens.</summary>
    public TensorScope Linear2 => Scope["linear2"];

    /// <summary>A layer of a stage: one of a list, or the stage itself where it is the only one.</summary>
    public static LayerScope Of(int layers, int layer) => new(layers == 1 ? TensorScope.Root : ModuleNames.Layers[layer]);

    /// <summary>Its attention, which is the layer itself where that is all it has.</summary>
    public AttentionScope Attention(AttentionBlock block) => block == AttentionBlock.Attention ? new(Scope) : SelfAttention;

    /// <summary>The layer of a list that a tensor belongs to, and what it is called there; null where it belongs to none.</summary>
    public static (int Layer, string Name)? Locate(string name) =>
        ModuleNames.Layers.Holds(name) && ModuleNames.Layers.Within(name).Split('.', 2) is [var number, var within]
        && int.TryParse(number, out var layer)
            ? (layer, within)
            : null;
}
