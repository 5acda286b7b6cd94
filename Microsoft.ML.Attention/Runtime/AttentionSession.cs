using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The engine of one transformer, shared by all its cursors and safe from many threads: its parameters in ONNX Runtime sessions.</summary>
/// <remarks>There is one session for each path that is really met, usually one. The graph that ONNX Runtime optimized lives in it: no file is needed.</remarks>
sealed class AttentionSession(Architecture architecture, AttentionParameters parameters, ProviderSession provider) : IDisposable
{
    readonly Dictionary<ScoringPath, InferenceSession> _sessions = [];
    readonly ReaderWriterLockSlim _use = new();
    readonly RunOptions _run = new();
    bool _disposed;

    public Architecture Architecture => architecture;

    public ExecutionProvider Provider => provider.Provider;

    /// <summary>Cores that runs can use.</summary>
    public int Cores => provider.Cores;

    public ScoringNames Names { get; } = ScoringNames.Internal(architecture);

    /// <summary>A place for one path's inputs and outputs, for one thread at a time, until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public OrtIoBinding Bind(ScoringPath path)
    {
        using var use = Use();
        var session = SessionFor(path);
        using var device = TakeDevice();
        return session.CreateIoBinding();
    }

    /// <summary>Gives up a place, and what of it lies on the device.</summary>
    public void Release(OrtIoBinding binding)
    {
        using var device = TakeDevice();
        binding.Dispose();
    }

    /// <inheritdoc cref="ProviderSession.TakeDevice"/>
    public DeviceTurn TakeDevice() => provider.TakeDevice();

    /// <summary>A session of the caller's own for another graph, on the same provider.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public InferenceSession Open(Graph graph)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return provider.Open(graph);
    }

    /// <summary>Runs a path's graph from the inputs into the memory of the outputs.</summary>
    /// <param name="path">What <paramref name="binding"/> was made for.</param>
    /// <param name="binding">The caller's, of this path.</param>
    /// <param name="inputs">All inputs.</param>
    /// <param name="outputs">All outputs.</param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void Run(ScoringPath path, OrtIoBinding binding, NamedTensors inputs, NamedTensors outputs)
    {
        using var use = Use();
        var session = SessionFor(path);
        using var device = TakeDevice();
        // Bound anew for each run: a binding allocates less than names and tensors given to Run.
        for (var i = 0; i < inputs.Names.Count; i++)
            binding.BindInput(inputs.Names[i], inputs.Values[i]);
        for (var i = 0; i < outputs.Names.Count; i++)
            binding.BindOutput(outputs.Names[i], outputs.Values[i]);
        using var loan = Runtime.Cores.Borrow(path.OneThread ? 1 : Cores);
        session.RunWithBinding(_run, binding);
    }

    InferenceSession SessionFor(ScoringPath path)
    {
        lock (_sessions)
        {
            if (_sessions.TryGetValue(path, out var session))
                return session;
            var weights = provider.Precision == AttentionPrecision.Int8 ? Int8Weights.Type : PrecisionSupport.HalfOf(provider.Precision);
            return _sessions[path] = provider.Open(ScoringGraph.Build(architecture, parameters, path.Form, path.Variant, Names, weights), path.OneThread);
        }
    }

    /// <summary>Until it is disposed, <see cref="Dispose"/> waits: ONNX Runtime does not wait for the runs under way.</summary>
    UseOfSessions Use()
    {
        _use.EnterReadLock();
        if (!_disposed)
            return new UseOfSessions(_use);
        _use.ExitReadLock();
        throw new ObjectDisposedException(GetType().FullName);
    }

    readonly struct UseOfSessions(ReaderWriterLockSlim use) : IDisposable
    {
        public void Dispose() => use.ExitReadLock();
    }

    public void Dispose()
    {
        _use.EnterWriteLock();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            using var device = TakeDevice();
            foreach (var session in _sessions.Values)
                session.Dispose();
            _run.Dispose();
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }
}
