namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Parameters compared bit by bit.</summary>
static class ParametersAssert
{
    public static void AreEqual(AttentionParameters expected, AttentionParameters actual)
    {
        CollectionAssert.AreEqual(expected.Names.ToArray(), actual.Names.ToArray());
        foreach (var name in expected.Names)
            CollectionAssert.AreEqual(expected[name].Values.ToArray(), actual[name].Values.ToArray(), name);
    }

    public static bool Equal(AttentionParameters a, AttentionParameters b) =>
        a.Names.SequenceEqual(b.Names) && a.Names.All(name => a[name].Values.Span.SequenceEqual(b[name].Values.Span));
}
