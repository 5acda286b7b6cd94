using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Tensors over the parts of arrays that a window's runs read or write.
/// A window that is divided as the one before was is given that one's.</summary>
sealed class TensorViews<T> : IDisposable where T : unmanaged
{
    readonly List<View> _views = [];

    readonly record struct View(Memory<T> Memory, long[]? Shape, OrtValue? Tensor);

    /// <summary>Makes room for so many runs, after which several threads may ask at once, each for runs of its own.</summary>
    public void Reserve(int runs)
    {
        while (_views.Count < runs)
            _views.Add(default);
    }

    /// <summary>A run's tensor, valid until it is asked for again.</summary>
    /// <param name="run">The run's index in its window.</param>
    /// <param name="memory">What the tensor lies over: a part of a <see cref="PinnedArray"/>.</param>
    /// <param name="shape">Its shape.</param>
    public OrtValue Of(int run, Memory<T> memory, params ReadOnlySpan<long> shape)
    {
        Reserve(run + 1);
        var last = _views[run];
        if (last.Tensor is not null && last.Memory.Equals(memory) && shape.SequenceEqual(last.Shape))
            return last.Tensor;
        last.Tensor?.Dispose();
        var sizes = shape.ToArray();
        var tensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, sizes);
        _views[run] = new(memory, sizes, tensor);
        return tensor;
    }

    public void Dispose()
    {
        foreach (var view in _views)
            view.Tensor?.Dispose();
        _views.Clear();
    }
}
