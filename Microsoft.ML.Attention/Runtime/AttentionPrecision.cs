namespace Microsoft.ML.Attention;

/// <summary>The arithmetic of the stage. Anything but <see cref="Float32"/> changes results beyond rounding; an unsupported choice is an error.</summary>
public enum AttentionPrecision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>8-bit integer projections: weights quantized per output column, activations per token.</summary>
    Int8,

    /// <summary>16-bit floating point, on GPU providers.</summary>
    Float16,

    /// <summary>16-bit brain floating point, on GPU providers.</summary>
    BFloat16,
}
