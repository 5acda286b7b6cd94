using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>Which precisions are refused on which execution provider, and what the user is told.</summary>
[TestClass]
public sealed class PrecisionSupportTests
{
    static IEnumerable<ExecutionProvider> Providers => Enum.GetValues<ExecutionProvider>();

    [TestMethod, DynamicData(nameof(Providers))]
    public void Check_OfEachPrecision_RefusesWhatTheProviderLacks(ExecutionProvider provider)
    {
        foreach (var precision in Enum.GetValues<AttentionPrecision>())
            if (provider.Facts().Precisions.Contains(precision))
                PrecisionSupport.Check(precision, provider);
            else
                StringAssert.StartsWith(Assert.ThrowsExactly<NotSupportedException>(() =>
                    PrecisionSupport.Check(precision, provider)).Message,
                    $"Precision {precision} is not supported on execution provider {provider}. Set Precision Float32");
    }

    [TestMethod]
    public void Choose_OfAPrecisionThatTheProviderLacks_IsRefused()
    {
        var error = Assert.ThrowsExactly<NotSupportedException>(() =>
            ProviderSession.Choose(new() { Precision = AttentionPrecision.BFloat16 }, null, false, _ => { }));

        Assert.AreEqual("Precision BFloat16 is not supported on execution provider Cpu. Set Precision Float32 or Int8, or "
            + "ExecutionProvider Cuda or TensorRt.", error.Message);
    }

    [TestMethod]
    public void Check_OfAPrecisionOfTheCpu_OnAnotherProvider_NamesTheCpu() =>
        StringAssert.EndsWith(Assert.ThrowsExactly<NotSupportedException>(() =>
            PrecisionSupport.Check(AttentionPrecision.Int8, ExecutionProvider.Cuda)).Message,
            ", or ExecutionProvider Cpu.");

    [TestMethod]
    public void Choose_OfAFallback_AsksTheCpuForThePrecision()
    {
        var warnings = new List<string>();
        var options = new AttentionRuntimeOptions
        {
            ExecutionProvider = ExecutionProvider.OpenVino,
            FallbackToCpu = true,
            Precision = AttentionPrecision.BFloat16
        };

        var error = Assert.ThrowsExactly<NotSupportedException>(() => ProviderSession.Choose(options, null, false, warnings.Add));

        StringAssert.StartsWith(error.Message, "Precision BFloat16 is not supported on execution provider Cpu.");
        Assert.HasCount(1, warnings);
    }
}
