using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Vectors that stay where the provider computes, so that runs pass them on without copying: in the memory of its device where that is known, else in the processor's.</summary>
/// <remarks>Of a tensor on a device ONNX Runtime gives a span that has nothing to do with its numbers: they come back through a run.</remarks>
sealed class ProviderMemory : IDisposable
{
    const string From = "x", To = "y";

    readonly ProviderSession _provider;

    /// <summary>Copies on the provider, whichever side its input and output are on; null where there is one side.</summary>
    readonly InferenceSession? _copy;
    readonly RunOptions _run = new();
    readonly OrtMemoryInfo? _place;
    readonly OrtAllocator _allocator;

    public ProviderMemory(ProviderSession provider)
    {
        _provider = provider;
        if (provider.DeviceMemory is not { } name)
        {
            _allocator = OrtAllocator.DefaultInstance;
            return;
        }
        var graph = new Graph();
        graph.Output(To, graph.Input(From, "length"));
        _copy = provider.Open(graph);
        using var device = provider.TakeDevice();
        _place = new OrtMemoryInfo(name, OrtAllocatorType.DeviceAllocator, provider.Device, OrtMemType.Default);
        _allocator = new OrtAllocator(_copy, _place);
    }

    /// <summary>A tensor with these numbers; the caller disposes it, before this, in a turn of the device.</summary>
    public OrtValue Upload(float[] values)
    {
        using var device = _provider.TakeDevice();
        var tensor = OrtValue.CreateAllocatedTensorValue(_allocator, TensorElementType.Float, [values.Length]);
        if (_copy is null)
        {
            values.CopyTo(tensor.GetTensorMutableDataAsSpan<float>());
            return tensor;
        }
        using var here = Here(values);
        Copy(here, tensor);
        return tensor;
    }

    /// <summary>A tensor's numbers.</summary>
    public float[] Download(OrtValue tensor)
    {
        if (_copy is null)
            return tensor.GetTensorDataAsSpan<float>().ToArray();
        var values = new float[tensor.GetTensorTypeAndShape().ElementCount];
        using var device = _provider.TakeDevice();
        using var here = Here(values);
        Copy(tensor, here);
        return values;
    }

    void Copy(OrtValue from, OrtValue to) => _copy!.Run(_run, [From], [from], [To], [to]);

    static OrtValue Here(float[] values) => OrtValue.CreateTensorValueFromMemory(values, [values.Length]);

    public void Dispose()
    {
        _run.Dispose();
        if (_copy is null)
            return;
        using var device = _provider.TakeDevice();
        _allocator.Dispose();
        _place!.Dispose();
        _copy.Dispose();
    }
}
