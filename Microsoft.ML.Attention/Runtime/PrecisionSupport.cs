using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Which arithmetic the stage has on which execution provider.</summary>
static class PrecisionSupport
{
    /// <summary>The type of a precision of 16 bits; null for others.</summary>
    public static ElementType? HalfOf(AttentionPrecision precision) => precision switch
    {
        AttentionPrecision.Float16 => ElementType.Float16,
        AttentionPrecision.BFloat16 => ElementType.BFloat16,
        AttentionPrecision.Float32 or AttentionPrecision.Int8 => null,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, $"Precision {precision} is not known."),
    };

    /// <param name="precision">What the user asked for.</param>
    /// <param name="provider">What really runs.</param>
    /// <exception cref="NotSupportedException">The provider does not have it; the message says what it has, and who has it.</exception>
    public static void Check(AttentionPrecision precision, ExecutionProvider provider)
    {
        var has = provider.Facts().Precisions;
        if (has.Contains(precision))
            return;
        var others = string.Join(" or ", Providers.With(precision));
        throw new NotSupportedException($"Precision {precision} is not supported on execution provider {provider}. "
            + $"Set Precision {string.Join(" or ", has)}{(others.Length == 0 ? "" : $", or ExecutionProvider {others}")}.");
    }
}
