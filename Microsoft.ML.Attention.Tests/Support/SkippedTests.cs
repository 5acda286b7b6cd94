using System.Collections.Concurrent;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Says why tests were skipped, each reason once: runners print only that they were.</summary>
[TestClass]
public static class SkippedTests
{
    static readonly ConcurrentDictionary<string, bool> Said = new();

    [GlobalTestCleanup]
    public static void Say(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.CurrentTestOutcome == UnitTestOutcome.Inconclusive && context.TestException?.Message.Split('\n')[0]
            .Replace("Assert.Inconclusive. ", "", StringComparison.Ordinal).Trim() is { } reason && Said.TryAdd(reason, true))
            context.DisplayMessage(MessageLevel.Warning, $"Skipped, {context.TestName} and others for the same reason: {reason}");
    }
}
