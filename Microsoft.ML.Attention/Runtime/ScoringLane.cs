using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Runs groups of a scorer's rows one after the other, on one thread at a time: what belongs to a run and cannot be shared by
/// two.</summary>
sealed class ScoringLane(AttentionSession session, RaggedRows rows) : IDisposable
{
    readonly PaddedBatch _batch = new(rows);
    readonly NamedTensors _inputs = new();
    readonly Dictionary<ScoringPath, AttentionSession.PathRunner> _runners = [];

    /// <summary>The next run's outputs, which the scorer fills in.</summary>
    public NamedTensors Outputs { get; } = new();

    /// <summary>Runs a group into <see cref="Outputs"/>.</summary>
    /// <param name="run">The group's index in its window.</param>
    /// <param name="group">The rows.</param>
    /// <param name="path">The graph.</param>
    public void Run(int run, LengthGroup group, ScoringPath path)
    {
        if (!_runners.TryGetValue(path, out var runner))
            _runners[path] = runner = session.Bind(path);
        _inputs.Clear();
        _batch.Fill(group, path.Variant, session.Names, _inputs, run);
        runner.Run(_inputs, Outputs);
    }

    public void Dispose()
    {
        foreach (var runner in _runners.Values)
            runner.Dispose();
        _batch.Dispose();
    }
}
