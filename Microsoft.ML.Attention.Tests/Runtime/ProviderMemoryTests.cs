using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.Attention.Tests.Gpu;

namespace Microsoft.ML.Attention.Tests.Runtime;

[TestClass]
public sealed class ProviderMemoryTests
{
    [TestMethod]
    public void Download_OfWhatWasUploaded_IsThat() => CheckRoundTrip(ExecutionProvider.Cpu, "Cpu");

    [TestMethod, TestCategory("Gpu")]
    public void Upload_ToAGpu_LiesThereAndComesBack() =>
        CheckRoundTrip(GpuProvider.Provider, ProviderOf(GpuProvider.Provider).DeviceMemory!);

    static void CheckRoundTrip(ExecutionProvider provider, string place)
    {
        using var memory = new ProviderMemory(ProviderOf(provider));
        using var tensor = memory.Upload([1, -2, 3.5f]);
        using var info = tensor.GetTensorMemoryInfo();

        Assert.AreEqual(place, info.Name);
        CollectionAssert.AreEqual(new[] { 1, -2, 3.5f }, memory.Download(tensor));
    }

    static ProviderSession ProviderOf(ExecutionProvider provider) =>
        ProviderSession.Choose(new() { ExecutionProvider = provider }, null, false, _ => { });
}
