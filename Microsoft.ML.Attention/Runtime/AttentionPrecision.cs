namespace Microsoft.ML.Attention;

/// <summary>The arithmetic of scoring. Anything but <see cref="Float32"/> changes results beyond rounding, though no row's by the rows
/// beside it; what the execution provider does not have is an error.</summary>
/// <remarks>Parameters are kept and saved, <see cref="MultiHeadAttentionTransformer.SaveOnnx"/> writes, Fit learns and AnalyzeHeads
/// measures in 32-bit floating point, whatever the precision.</remarks>
public enum AttentionPrecision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>Projections in 8-bit integers, on the CPU: weights quantized per output column, activations per token. Scores, softmax,
    /// sums and norms stay in 32-bit floating point.</summary>
    /// <remarks>
    /// <para>
    /// Measured, the root mean square of the differences to <see cref="Float32"/> relative to that of its outputs, with drawn projections:
    /// of <see cref="AttentionBlock.Attention"/> 1.0 % where tokens are drawn evenly, 1.6 % (width 256) and 1.7 % (width 768) where they
    /// are drawn normally; of an encoder layer 0.5 to 0.7 %, and of six of them 1.5 %.
    /// The more one number of a token or of a weight's row stands out, the coarser are the steps for the others.
    /// </para>
    /// <para>
    /// Measured on rows of 128 tokens, on x86 with VNNI instructions: 1.7 times the rows a second of <see cref="Float32"/> at width 256,
    /// 2.5 at 768; none more at 64. Without VNNI (or its like on other processors) another kernel keeps the products exact, and is slower.
    /// </para>
    /// </remarks>
    Int8,

    /// <summary>16-bit floating point, on GPU providers whose device has it: parameters, and tokens from the first projection to the last
    /// layer. Scores, softmax, statistics of norms and pooling stay in 32-bit floating point, columns Single.</summary>
    /// <remarks>
    /// Numbers beyond 65,504 become infinite. Measured on WebGPU, the root mean square of the differences to <see cref="Float32"/> relative
    /// to that of its outputs: 0.1 % at width 8, 0.4 % for an encoder layer of width 768, whose sums WebGPU keeps in 16 bits too.
    /// </remarks>
    Float16,

    /// <summary>16-bit brain floating point, on CUDA and TensorRT, where <see cref="Float16"/> has it. Not measured,
    /// for want of such a device.</summary>
    BFloat16,
}
