using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>
/// Vectors that stay where the provider computes, so that runs pass them on without copying: in the memory of its device where that is
/// known, else in the processor's. They live as long as this.
/// </summary>
/// <remarks>Of a tensor on a device ONNX Runtime gives a span that has nothing to do with its numbers:
/// they come back through a run.</remarks>
sealed class ProviderMemory : IDisposable
{
    const string From = "x", To = "y";

    /// <summary>Copies on the provider, whichever side its input and output are on; null where there is one side.</summary>
    readonly Session? _copy;
    readonly OrtMemoryInfo? _memory;
    readonly OrtAllocator _allocator;
    readonly List<OrtValue> _tensors = [];

    public ProviderMemory(ProviderSession provider)
    {
        if (provider.DeviceMemory is not { } name)
        {
            _allocator = OrtAllocator.DefaultInstance;
            return;
        }
        var graph = new Graph();
        graph.Output(To, graph.Input(From, "length"));
        _copy = provider.Open(graph);
        _memory = new OrtMemoryInfo(name, OrtAllocatorType.DeviceAllocator, provider.Device, OrtMemType.Default);
        _allocator = _copy.Allocator(_memory);
    }

    /// <summary>A tensor with these numbers; it is disposed with this.</summary>
    public OrtValue Upload(float[] values)
    {
        if (_copy is null)
        {
            _tensors.Add(OrtValue.CreateAllocatedTensorValue(_allocator, TensorElementType.Float, [values.Length]));
            values.CopyTo(_tensors[^1].GetTensorMutableDataAsSpan<float>());
            return _tensors[^1];
        }
        _tensors.Add(_copy.Allocate(_allocator, values.Length));
        using var here = Here(values);
        _copy.Run([From], [here], [To], [_tensors[^1]]);
        return _tensors[^1];
    }

    /// <summary>A tensor's numbers.</summary>
    public float[] Download(OrtValue tensor)
    {
        if (_copy is null)
            return tensor.GetTensorDataAsSpan<float>().ToArray();
        var values = new float[tensor.GetTensorTypeAndShape().ElementCount];
        using var here = Here(values);
        _copy.Run([From], [tensor], [To], [here]);
        return values;
    }

    static OrtValue Here(float[] values) => OrtValue.CreateTensorValueFromMemory(values, [values.Length]);

    public void Dispose()
    {
        if (_copy is null)
        {
            foreach (var tensor in _tensors)
                tensor.Dispose();
            return;
        }
        _copy.Release([.. _tensors, _allocator, _memory!]);
        _copy.Dispose();
    }
}
