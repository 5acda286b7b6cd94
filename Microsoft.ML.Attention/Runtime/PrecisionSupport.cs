namespace Microsoft.ML.Attention.Runtime;

/// <summary>Which arithmetic the stage has on which execution provider.</summary>
static class PrecisionSupport
{
    public static IReadOnlyList<AttentionPrecision> Of(ExecutionProvider provider) => provider == ExecutionProvider.Cpu
        ? [AttentionPrecision.Float32, AttentionPrecision.Int8]
        : [AttentionPrecision.Float32];

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
