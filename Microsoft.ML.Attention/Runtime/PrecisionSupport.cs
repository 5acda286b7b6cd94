using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Which arithmetic the stage has on which execution provider.</summary>
static class PrecisionSupport
{
    /// <remarks>Those of 16 bits where the device has them too, which <see cref="ProviderSession"/> tries. On the CPU they would save nothing: its kernels convert.</remarks>
    public static IReadOnlyList<AttentionPrecision> Of(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cpu => [AttentionPrecision.Float32, AttentionPrecision.Int8],
        ExecutionProvider.Cuda or ExecutionProvider.TensorRt => [AttentionPrecision.Float32, AttentionPrecision.Float16, AttentionPrecision.BFloat16],
        _ => [AttentionPrecision.Float32, AttentionPrecision.Float16],
    };

    /// <summary>The type of a precision of 16 bits; null for others.</summary>
    public static ElementType? HalfOf(AttentionPrecision precision) => precision switch
    {
        AttentionPrecision.Float16 => ElementType.Float16,
        AttentionPrecision.BFloat16 => ElementType.BFloat16,
        _ => null,
    };

    /// <param name="precision">What the user asked for.</param>
    /// <param name="provider">What really runs.</param>
    /// <exception cref="NotSupportedException">The provider does not have it; the message says what it has, and who has it.</exception>
    public static void Check(AttentionPrecision precision, ExecutionProvider provider)
    {
        if (Of(provider).Contains(precision))
            return;
        ExecutionProvider[] others = [.. Enum.GetValues<ExecutionProvider>().Where(other => Of(other).Contains(precision))];
        var elsewhere = others.Length == 0 ? "" : $", or ExecutionProvider {string.Join(" or ", others)}";
        throw new NotSupportedException($"Precision {precision} is not supported on execution provider {provider}. Set Precision {string.Join(" or ", Of(provider))}{elsewhere}.");
    }
}
