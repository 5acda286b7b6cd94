using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Scores the rows that one cursor has read ahead, and keeps the results until the next.</summary>
sealed class RowScorer : IDisposable
{
    readonly AttentionSession _session;
    readonly RaggedRows _rows;
    readonly AttentionWeightsLayers? _layers;
    readonly RowMaps[] _maps;
    readonly Architecture _a;
    readonly RunSize _size;
    readonly LengthGroups _groups;
    readonly ScoringLane[] _lanes;
    readonly PoolWork[] _others;            // the work of every lane but the first
    readonly TensorViews<float> _outputTensors = new();
    readonly float[] _zeros;
    IReadOnlyList<LengthGroup> _runs = [];
    bool _oneThread;
    int _lastTaken;                         // of the runs, by whatever lane
    float[] _outputs = [];
    Place[] _places = [];

    /// <param name="session">The transformer's engine.</param>
    /// <param name="rows">The rows, filled by the cursor.</param>
    /// <param name="layers">Which layers' attention weights are wanted; null for none.</param>
    /// <param name="hasRollout">Whether attention rollout is wanted.</param>
    /// <param name="mostRows">Rows of one run, at most.</param>
    public RowScorer(AttentionSession session, RaggedRows rows, AttentionWeightsLayers? layers, bool hasRollout, int mostRows)
    {
        (_session, _rows, _layers, _a) = (session, rows, layers, session.Architecture);
        Weights = layers is null ? null : layers == AttentionWeightsLayers.All ? new RowMaps(_a.Layers, _a.Heads) : new RowMaps(_a.Heads);
        Rollout = hasRollout ? new RowMaps() : null;
        _maps = [.. new[] { Weights, Rollout }.OfType<RowMaps>()];
        _size = new RunSize(_a, mostRows, session.Provider == ExecutionProvider.Cpu, session.Cores, holdsScores: PathOf(rows.Layout.HasMask, false, int.MaxValue).Form != AttentionForm.Flash);
        _groups = new LengthGroups(_size);
        _lanes = [.. Enumerable.Range(0, session.Cores).Select(_ => new ScoringLane(session, rows))];
        _others = [.. Enumerable.Range(1, _lanes.Length - 1).Select(lane => new PoolWork(() => RunNext(_lanes[lane])))];
        _zeros = new float[_a.OutputWidth];
    }

    /// <summary>Where a row's results lie, and how long its group was padded.</summary>
    /// <param name="Output">The row's first number in the outputs.</param>
    /// <param name="Pairs">Pairs of tokens in the rows before it.</param>
    /// <param name="Queries">Query tokens of its group.</param>
    /// <param name="Keys">Key tokens of its group.</param>
    readonly record struct Place(int Output, int Pairs, int Queries, int Keys);

    bool IsPooled => _a.Pooling != AttentionPooling.None;

    /// <summary>The attention weights, <c>[H, T, S]</c> or <c>[L, H, T, S]</c> of each row; null when they are not wanted.</summary>
    public RowMaps? Weights { get; }

    /// <summary>Attention rollout, <c>[T, T]</c> of each row; null when it is not wanted.</summary>
    public RowMaps? Rollout { get; }

    /// <summary>Scores all rows: with as many runs at once as cores are worth it, each on one thread; or, where there are fewer runs than that, one by one on all.</summary>
    public void Score()
    {
        _runs = _groups.Plan(_rows);
        Reserve(_runs);
        var cores = _size.Cores(_runs.Sum(group => (long)group.Rows.Count * group.Queries));
        _oneThread = cores <= _runs.Count;
        var others = _others.AsSpan(0, _oneThread ? cores - 1 : 0);
        _lastTaken = -1;
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

    /// <summary>A row's output: <c>[T, W]</c>, or <c>[W]</c> when pooled, where a row without tokens is zeros.</summary>
    public ReadOnlySpan<float> Output(int row)
    {
        var queries = _rows.Lengths(row).Queries;
        if (queries == 0)
            return IsPooled ? _zeros.AsSpan(0, _a.OutputWidth) : [];
        return _outputs.AsSpan(_places[row].Output, (IsPooled ? 1 : queries) * _a.OutputWidth);
    }

    /// <summary>Copies a row's maps, <c>[maps, T, S]</c>, out of the padded ones.</summary>
    public void Copy(RowMaps maps, int row, Span<float> destination)
    {
        var (queries, keys) = _rows.Lengths(row);
        if (queries == 0 || keys == 0)
            return;
        var place = _places[row];
        maps.Copy(place.Pairs, (place.Queries, place.Keys), (queries, keys), destination);
    }

    void Reserve(IReadOnlyList<LengthGroup> groups)
    {
        if (_places.Length < _rows.Count)
            _places = new Place[_rows.Count];
        var (output, pairs) = (0, 0);
        foreach (var group in groups)
        {
            foreach (var row in group.Rows)
            {
                _places[row] = new Place(output, pairs, group.Queries, group.Keys);
                output = checked(output + (IsPooled ? 1 : group.Queries) * _a.OutputWidth);
                if (_maps.Length > 0)
                    pairs = checked(pairs + group.Queries * group.Keys);
            }
        }
        if (_outputs.Length < output)
            _outputs = new float[output];
        _outputTensors.Reserve(groups.Count);
        foreach (var maps in _maps)
            maps.Reserve(pairs, groups.Count);
    }

    void Run(ScoringLane lane, int run, LengthGroup group)
    {
        lane.Outputs.Clear();
        var place = _places[group.Rows[0]];
        var count = group.Rows.Count;
        var outputs = IsPooled ? count : count * group.Queries;
        lane.Outputs.Add(_session.Names.Output, _outputTensors.Of(run, _outputs.AsMemory(place.Output, outputs * _a.OutputWidth),
            IsPooled ? [count, _a.OutputWidth] : [count, group.Queries, _a.OutputWidth]));
        if (Weights is not null)
            lane.Outputs.Add(_session.Names.Weights, Weights.Tensor(run, place.Pairs, count, group.Queries, group.Keys));
        if (Rollout is not null)
            lane.Outputs.Add(_session.Names.Rollout, Rollout.Tensor(run, place.Pairs, count, group.Queries, group.Keys));
        lane.Run(run, group, PathOf(group) with { OneThread = _oneThread });
    }

    ScoringPath PathOf(LengthGroup group)
    {
        var layout = _rows.Layout;
        return PathOf(
            hasMask: layout.HasMask || group.PadsKeys && !(layout.ReadsTokenIds && !layout.IsCrossAttention),
            hasQueryMask: layout.IsCrossAttention && group.PadsQueries && IsPooled,
            group.Keys,
            mayMissIds: !layout.ReadsTokenIds || group.PadsQueries || MissesIds(group));
    }

    ScoringPath PathOf(bool hasMask, bool hasQueryMask, int keys, bool mayMissIds = true) =>
        ScoringPath.Of(_session.Provider, _a, new ScoringVariant(hasMask, hasQueryMask, _rows.Layout.HasBias, _layers, mayMissIds, Rollout is not null), keys);

    bool MissesIds(LengthGroup group)
    {
        foreach (var row in group.Rows)
            if (_rows.Ids![row].Contains(-1))
                return true;
        return false;
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        _outputTensors.Dispose();
        foreach (var maps in _maps)
            maps.Dispose();
    }
}
