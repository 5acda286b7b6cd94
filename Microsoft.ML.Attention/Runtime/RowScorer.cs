using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Scores the rows that one cursor has read ahead, and keeps the results until the next.</summary>
sealed class RowScorer : IDisposable
{
    readonly AttentionSession _session;
    readonly RaggedRows _rows;
    readonly RowValues[] _values;
    readonly ValueList<StageOutput> _outputs;
    readonly Architecture _a;
    readonly RunSize _size;
    readonly LengthGroups _groups;
    readonly ScoringLane[] _lanes;
    readonly PoolWork[] _others;            // the work of every lane but the first
    IReadOnlyList<LengthGroup> _runs = [];
    bool _oneThread;
    int _lastTaken;                         // of the runs, by whatever lane

    /// <param name="session">The transformer's engine.</param>
    /// <param name="rows">The rows, filled by the cursor.</param>
    /// <param name="outputs">What is wanted of them.</param>
    /// <param name="mostRows">Rows of one run, at most.</param>
    public RowScorer(AttentionSession session, RaggedRows rows, IReadOnlyList<StageOutput> outputs, int mostRows)
    {
        (_session, _rows, _outputs, _a) = (session, rows, new(outputs), session.Architecture);
        _values = [.. outputs.Select(output => new RowValues(output, _a, rows))];
        var formOfLongRows = PathOf(rows.Layout.HasMask, false, int.MaxValue).Form;
        _size = new RunSize(_a, mostRows, session.Provider.Facts().IsProcessor, session.Cores,
            holdsScores: formOfLongRows != AttentionForm.Flash);
        // Of rows without tokens a classifier says something; whatever else there is of them is zeros.
        _groups = new LengthGroups(_size,
            runsRowsWithoutTokens: outputs.Any(output => output.ScoreValueKind is not null) && _a.Prediction is { OfTokens: false });
        _lanes = [.. Enumerable.Range(0, session.Cores).Select(_ => new ScoringLane(session, rows, _values))];
        _others = [.. Enumerable.Range(1, _lanes.Length - 1).Select(lane => new PoolWork(() => RunNext(_lanes[lane])))];
    }

    bool IsPooled => _a.Pooling != AttentionPooling.None;

    /// <summary>Each output, in the order in which they were asked for.</summary>
    public IReadOnlyList<RowValues> Values => _values;

    /// <summary>Scores all rows: with as many runs at once as cores are worth it, each on one thread; or, where there are fewer runs than
    /// that, one by one on all.</summary>
    public void Score()
    {
        _runs = _groups.Plan(_rows);
        foreach (var values in _values)
            values.Reserve(_runs);
        var cores = _size.Cores(_runs.Sum(group => (long)group.Rows.Count * group.Queries));
        _oneThread = cores <= _runs.Count;
        var others = _others.AsSpan(0, _oneThread ? cores - 1 : 0);
        _lastTaken = -1;
        using var activity = Instruments.Scoring(_rows.Count);
        try
        {
            RunLanes(others);
        }
        catch (Exception e) when (Instruments.Failed("score", e, activity))
        {
            throw;
        }
    }

    void RunLanes(ReadOnlySpan<PoolWork> others)
    {
        foreach (var other in others)
            other.Start();
        try
        {
            RunNext(_lanes[0]);
        }
        finally
        {
            foreach (var other in others)
                other.Wait();
        }
        foreach (var other in others)
            other.Finish();
    }

    /// <summary>Runs groups in a lane until none is left: longest first, so that the lanes end at about the same time.</summary>
    void RunNext(ScoringLane lane)
    {
        for (int run; (run = Interlocked.Increment(ref _lastTaken)) < _runs.Count;)
            Run(lane, run, _runs[run]);
    }

    void Run(ScoringLane lane, int run, LengthGroup group)
    {
        var began = Instruments.RunBegan();
        lane.Run(run, group, PathOf(group) with { OneThread = _oneThread });
        Instruments.RunEnded(began, _rows, group, _session.Provider);
    }

    ScoringPath PathOf(LengthGroup group)
    {
        var layout = _rows.Layout;
        return PathOf(
            hasMask: layout.HasMask || group.PadsKeys && !layout.ShowsPadding,
            hasQueryMask: layout.IsCrossAttention && group.PadsQueries
                && (IsPooled || _a.MixesNeighbours || _a.Prediction is { OfTokens: false }),
            group.Keys,
            mayMissIds: !layout.HoldsIds || group.PadsQueries || group.PadsKeys || MissesIds(group));
    }

    ScoringPath PathOf(bool hasMask, bool hasQueryMask, int keys, bool mayMissIds = true) =>
        ScoringPath.Of(_session.Provider, _a, new ScoringVariant(hasMask, hasQueryMask, _rows.Layout.HasBias, _outputs, mayMissIds), keys);

    bool MissesIds(LengthGroup group)
    {
        foreach (var field in _rows.Fields)
            foreach (var row in group.Rows)
                if (field.Field.HoldsIds && field.Ids[row].Contains(-1))
                    return true;
        return false;
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        foreach (var values in _values)
            values.Dispose();
    }
}

/// <summary>Runs groups of a scorer's rows one after the other, on one thread at a time:
/// what belongs to a run and cannot be shared by two.</summary>
sealed class ScoringLane(AttentionSession session, RaggedRows rows, RowValues[] values) : IDisposable
{
    readonly PaddedBatch _batch = new(rows);
    readonly NamedTensors _inputs = new(), _outputs = new();
    readonly Dictionary<ScoringPath, AttentionSession.PathRunner> _runners = [];

    /// <summary>Runs a group: from the rows as they are into its part of the values.</summary>
    /// <param name="run">The group's index in its window.</param>
    /// <param name="group">The rows.</param>
    /// <param name="path">The graph.</param>
    public void Run(int run, LengthGroup group, ScoringPath path)
    {
        if (!_runners.TryGetValue(path, out var runner))
            _runners[path] = runner = session.Bind(path);
        _inputs.Clear();
        _batch.Fill(group, path.Variant, session.Names, _inputs, run);
        _outputs.Clear();
        foreach (var output in values)
            _outputs.Add(session.Names.Of(output.Output), output.Tensor(run, group));
        runner.Run(_inputs, _outputs);
    }

    public void Dispose()
    {
        foreach (var runner in _runners.Values)
            runner.Dispose();
        _batch.Dispose();
    }
}
