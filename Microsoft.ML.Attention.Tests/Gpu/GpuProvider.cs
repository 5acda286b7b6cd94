using Microsoft.ML.Attention.Runtime;

namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>The GPU provider of the native ONNX Runtime; a test is inconclusive where it has none that works.</summary>
static class GpuProvider
{
    static readonly Lazy<(ExecutionProvider Provider, string? Failure)> Found = new(() =>
    {
        try
        {
            return (ProviderSession.Choose(new() { GpuDeviceId = 0 }, null, false, _ => { }).Provider, null);
        }
        catch (InvalidOperationException e)
        {
            return (ExecutionProvider.Cpu, e.Message);
        }
    });

    public static ExecutionProvider Provider
    {
        get
        {
            if (Found.Value.Failure is { } failure)
                Assert.Inconclusive(failure);
            return Found.Value.Provider;
        }
    }
}
