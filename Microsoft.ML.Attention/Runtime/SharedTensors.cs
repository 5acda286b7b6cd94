using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The one copy of a stage's parameters that its sessions on the CPU read: the tensors' own memory,
/// and what ONNX Runtime packs of it for its products.</summary>
/// <remarks>It outlives the sessions. What is forgotten is let go by finalizers: nobody runs a session then.</remarks>
sealed class SharedTensors : IDisposable
{
    readonly Dictionary<string, (ReadOnlyMemory<float> Numbers, PinnedBytes Pinned, OrtValue Tensor)> _tensors = [];

    /// <summary>What the sessions have packed, each matrix once.</summary>
    public PrePackedWeightsContainer Packed { get; } = new();

    /// <summary>Lets a session read the numbers where they are, unless another has others by that name.</summary>
    /// <returns>Whether it does.</returns>
    public bool Add(SessionOptions options, Initializer initializer)
    {
        var (name, numbers) = (initializer.Value.Name, initializer.Numbers!.Value);
        if (!_tensors.TryGetValue(name, out var held))
        {
            var pinned = initializer.Pin();
            var tensor = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float,
                [.. initializer.Value.Shape.Select(size => size.Size)], pinned.Address, initializer.Length);
            _tensors[name] = held = (numbers, pinned, tensor);
        }
        if (!held.Numbers.Equals(numbers))
            return false;
        options.AddInitializer(name, held.Tensor);
        return true;
    }

    public void Dispose()
    {
        foreach (var (_, pinned, tensor) in _tensors.Values)
        {
            tensor.Dispose();
            pinned.Dispose();
        }
        _tensors.Clear();
        Packed.Dispose();
    }
}
