using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The engine of one transformer, shared by all its cursors and safe from many threads: its parameters in ONNX Runtime sessions.</summary>
/// <remarks>There is one session for each set of inputs and outputs that is really met, usually one: rows of one length run without a mask.</remarks>
sealed class AttentionSession(Architecture architecture, AttentionParameters parameters, ProviderSession provider) : IDisposable
{
    readonly Dictionary<ScoringVariant, InferenceSession> _sessions = [];
    readonly ReaderWriterLockSlim _use = new();
    readonly RunOptions _run = new();
    bool _disposed;

    public Architecture Architecture => architecture;

    public ExecutionProvider Provider => provider.Provider;

    public ScoringNames Names { get; } = ScoringNames.Internal(architecture);

    /// <summary>Runs the graph of <paramref name="variant"/> into the memory of the outputs.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void Run(ScoringVariant variant, NamedTensors inputs, string[] outputNames, OrtValue[] outputs)
    {
        // Disposing waits for the runs under way: ONNX Runtime does not.
        _use.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            SessionFor(variant).Run(_run, inputs.Names, inputs.Values, outputNames, outputs);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    /// <summary>A session of the caller's own for another graph, on the same provider.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public InferenceSession Open(Graph graph)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return provider.Open(OnnxModel.Serialize(graph));
    }

    InferenceSession SessionFor(ScoringVariant variant)
    {
        lock (_sessions)
        {
            if (_sessions.TryGetValue(variant, out var session))
                return session;
            var form = provider.Provider == ExecutionProvider.Cpu ? AttentionForm.Fused : AttentionForm.Decomposed;
            var graph = ScoringGraph.Build(architecture, parameters, form, variant, Names);
            return _sessions[variant] = provider.Open(OnnxModel.Serialize(graph));
        }
    }

    public void Dispose()
    {
        _use.EnterWriteLock();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
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
