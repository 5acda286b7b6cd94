using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>The engine of one transformer, shared by all its cursors and safe from many threads:
/// its parameters in ONNX Runtime sessions.</summary>
/// <remarks>There is one session for each path that is really met, usually one or two; on the CPU they read one copy of the parameters. The
/// graph that ONNX Runtime optimized lives in it: no file is needed.</remarks>
/// <param name="architecture">What is computed.</param>
/// <param name="parameters">Every tensor of its layout.</param>
/// <param name="provider">Where it runs.</param>
/// <param name="owner">What the user disposes, perhaps by an engine that he did not think of.</param>
sealed class AttentionSession(Architecture architecture, AttentionParameters parameters, ProviderSession provider, Type? owner = null)
    : IDisposable
{
    readonly Dictionary<ScoringPath, Session> _sessions = [];
    readonly SharedTensors _shared = new();
    readonly ReaderWriterLockSlim _use = new();
    bool _disposed;

    public Architecture Architecture => architecture;

    public ExecutionProvider Provider => provider.Provider;

    /// <summary>Cores that runs can use.</summary>
    public int Cores => provider.Cores;

    public ScoringNames Names { get; } = ScoringNames.Internal(architecture);

    /// <summary>What runs one path's graph, for one thread at a time.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public PathRunner Bind(ScoringPath path)
    {
        using var use = Use();
        return new PathRunner(this, SessionFor(path).Bind());
    }

    /// <summary>A session of the caller's own for another graph, on the same provider.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public Session Open(Graph graph)
    {
        if (_disposed)
            throw Disposed();
        return provider.Open(graph);
    }

    /// <summary>One path's graph with its inputs and outputs bound.</summary>
    public sealed class PathRunner(AttentionSession owner, SessionBinding binding) : IDisposable
    {
        /// <summary>Runs it from the inputs into the memory of the outputs, which are all that it has.</summary>
        /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
        public void Run(NamedTensors inputs, NamedTensors outputs)
        {
            using var use = owner.Use();
            binding.Run(inputs, outputs);
        }

        public void Dispose() => binding.Dispose();
    }

    Session SessionFor(ScoringPath path)
    {
        lock (_sessions)
        {
            if (_sessions.TryGetValue(path, out var session))
                return session;
            var storage = provider.Precision == AttentionPrecision.Int8 ? Int8Storage.Type : PrecisionSupport.HalfOf(provider.Precision);
            var graph = ScoringGraph.Build(architecture, parameters, path.Form, path.Variant, Names, storage);
            var apart = provider.Precision == AttentionPrecision.Int8 && ThreadsApart.AreNeededForInt8;
            return _sessions[path] = provider.Open(graph, path.OneThread, apart, _shared);
        }
    }

    /// <summary>Until it is disposed, <see cref="Dispose"/> waits: ONNX Runtime does not wait for the runs under way.</summary>
    UseOfSessions Use()
    {
        _use.EnterReadLock();
        if (!_disposed)
            return new UseOfSessions(_use);
        _use.ExitReadLock();
        throw Disposed();
    }

    ObjectDisposedException Disposed() => new((owner ?? GetType()).FullName,
        "The stage was disposed. A prediction engine disposes the model it was made of, unless it was made with PredictionEngineOptions "
            + "whose OwnsTransformer is false.");

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
            foreach (var session in _sessions.Values)
                session.Dispose();
            _shared.Dispose();
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }
}
