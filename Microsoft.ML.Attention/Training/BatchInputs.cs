using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>The tensors of one mini-batch: rows, and labels or hidden tokens. Its memory serves every batch.</summary>
sealed class BatchInputs(TrainingTask task, RaggedRows rows) : IDisposable
{
    readonly ScoringNames _names = ScoringNames.Internal(task.Architecture);
    readonly PaddedBatch _batch = new(rows);
    readonly PaddedTensor<long> _classes = new();
    readonly PaddedTensor<float> _numbers = new();
    readonly PaddedTensor<bool> _hidden = new();
    readonly PaddedTensor<long> _positions = new();
    LengthGroup _group;

    public NamedTensors Tensors { get; } = new();

    /// <summary>What an axis of the graph measures in this batch.</summary>
    public long SizeOf(Dim axis) => !axis.IsSymbolic ? axis.Size
        : axis == ScoringGraph.Batch ? _group.Rows.Count
        : axis == ScoringGraph.Source ? _group.KeyFrames
        : axis == ScoringGraph.Sequence ? _group.QueryFrames
        : axis == ScoringGraph.SourcePatches ? _group.Keys
        : axis == ScoringGraph.Patches ? _group.Queries
        : throw new InvalidOperationException($"The size of axis '{axis}' is not known before the graph runs.");

    /// <summary>Starts a batch with the rows' own tensors.</summary>
    public void Fill(LengthGroup group)
    {
        _group = group;
        Tensors.Clear();
        _batch.Fill(group, task.Variant, _names, Tensors);
    }

    /// <summary>Adds classes counted from 0.</summary>
    public void AddClasses(Func<int, long> classOf) => AddLabels(_classes, classOf);

    /// <summary>Adds numbers.</summary>
    public void AddNumbers(Func<int, float> numberOf) => AddLabels(_numbers, numberOf);

    void AddLabels<T>(PaddedTensor<T> tensor, Func<int, T> labelOf) where T : unmanaged
    {
        var target = tensor.Reserve(_group.Rows.Count);
        for (var i = 0; i < target.Length; i++)
            target[i] = labelOf(_group.Rows[i]);
        Tensors.Add("labels", tensor.Value);
    }

    /// <summary>Adds which tokens are hidden.</summary>
    /// <param name="hide">Is given a row and the positions of its tokens, all false, and marks those to hide.</param>
    public void AddHidden(Action<int, Span<bool>> hide)
    {
        var length = _group.QueryFrames;
        var hidden = _hidden.Reserve(_group.Rows.Count, length);
        hidden.Clear();
        for (var i = 0; i < _group.Rows.Count; i++)
            hide(_group.Rows[i], hidden.Slice(i * length, rows.Frames(_group.Rows[i]).Queries));
        Tensors.Add("hidden", _hidden.Value);
        if (!rows.Layout.Fields[0].HoldsIds)
            return;
        var positions = _positions.Reserve(hidden.Count(true));
        for (var (i, n) = (0, 0); i < hidden.Length; i++)
            if (hidden[i])
                positions[n++] = i;
        Tensors.Add("positions", _positions.Value);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _classes.Dispose();
        _numbers.Dispose();
        _hidden.Dispose();
        _positions.Dispose();
    }
}
