using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Training;

/// <summary>A learned tensor in the processor's memory, where the step graph reads it and writes its gradient,
/// and the optimizer changes it in place.</summary>
sealed class TensorApart : IDisposable
{
    /// <summary>Numbers that a thread steps at once (256 KiB).</summary>
    const int Part = 1 << 16;

    readonly ParameterVector _vector;
    readonly Optimizer _optimizer;
    readonly float[] _parameters, _gradient;
    readonly float[][] _state;
    readonly int? _learned;

    public TensorApart(ParameterVector vector, AttentionParameters initial, Optimizer optimizer)
    {
        (_vector, _optimizer, _parameters, _gradient) = (vector, optimizer, vector.Pack(initial), new float[vector.Length]);
        var state = optimizer.State(vector.Length);
        _state = [.. state.Select(s => s.Initial)];
        _learned = state.Index().Where(s => s.Item.Name == optimizer.Learned).Select(s => (int?)s.Index).FirstOrDefault();
        long[] shape = [.. vector.Shape.Select(size => size.Size)];
        Parameters = OrtValue.CreateTensorValueFromMemory(_parameters, shape);
        Gradient = OrtValue.CreateTensorValueFromMemory(_gradient, shape);
        Learned = _learned is int i ? OrtValue.CreateTensorValueFromMemory(_state[i], shape) : Parameters;
    }

    public OrtValue Parameters { get; }

    public OrtValue Gradient { get; }

    /// <summary>What is learned: the parameters, or their average.</summary>
    public OrtValue Learned { get; }

    /// <summary>Takes a step down the gradient.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="scale">What the gradient is multiplied by.</param>
    /// <param name="threads">Threads, at most; the numbers do not depend on them.</param>
    public void Step(float rate, float scale, int threads)
    {
        var step = _optimizer.Begin(_parameters, _gradient, new(rate, scale, _vector.Decays), _state);
        Parallel.For(0, (_parameters.Length - 1) / Part + 1, new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => step(part * Part, Math.Min(_parameters.Length, (part + 1) * Part)));
    }

    /// <summary>What is learned, copied.</summary>
    public float[] Read() => [.. _learned is int i ? _state[i] : _parameters];

    public void Dispose()
    {
        if (Learned != Parameters)
            Learned.Dispose();
        Parameters.Dispose();
        Gradient.Dispose();
    }
}
