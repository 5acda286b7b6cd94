using Microsoft.ML.Runtime;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>What Fit writes to a context's log for people to read.</summary>
sealed class FitLog
{
    public FitLog(MLContext context) => context.Log += (_, message) =>
    {
        if (message.Kind is ChannelMessageKind.Info or ChannelMessageKind.Warning
            && message.Source.Contains(nameof(MultiHeadAttentionEstimator), StringComparison.Ordinal))
            Lines.Add(message.RawMessage);
    };

    public List<string> Lines { get; } = [];
}
