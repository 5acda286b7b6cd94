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
    readonly PaddedTensor<float> _weights = new();
    readonly PaddedTensor<long> _otherClasses = new();
    readonly PaddedTensor<float> _shares = new();
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
        : axis == ScoringGraph.Patches || axis == ScoringGraph.Tokens ? _group.Queries
        : throw new InvalidOperationException($"The size of axis '{axis}' is not known before the graph runs.");

    /// <summary>Starts a batch with the rows' own tensors.</summary>
    public void Fill(LengthGroup group)
    {
        _group = group;
        Tensors.Clear();
        _batch.Fill(group, task.Variant, _names, Tensors);
    }

    /// <summary>Rows of the batch.</summary>
    public int Rows => _group.Rows.Count;

    /// <summary>Adds the labels of the rows, or of their tokens; zeros where there is none.</summary>
    /// <param name="labelled">The rows.</param>
    /// <param name="target">What is to be predicted for a label.</param>
    /// <param name="areClasses">Whether that is a class, counted from 0.</param>
    public void AddLabels(LabelledRows labelled, Func<float, float> target, bool areClasses)
    {
        var numbers = Reserve(_numbers, labelled);
        Fill(numbers, labelled, (row, label) => areClasses || labelled.Shares.Count == 0 ? target(labelled.LabelsOf(row)[label])
            : labelled.Shares[row] * target(labelled.Labels[row]) + (1 - labelled.Shares[row]) * target(labelled.OtherLabels[row]));
        if (!areClasses)
        {
            Tensors.Add("labels", _numbers.Value);
            return;
        }
        var classes = Reserve(_classes, labelled);
        for (var i = 0; i < classes.Length; i++)
            classes[i] = (long)numbers[i];
        Tensors.Add("labels", _classes.Value);
    }

    /// <summary>Adds the classes of what rows were mixed with, and how much of each is its own: all, where none was mixed.</summary>
    public void AddOtherLabels(LabelledRows labelled)
    {
        var classes = _otherClasses.Reserve(Rows);
        var shares = _shares.Reserve(Rows);
        var areMixed = labelled.Shares.Count > 0;
        for (var i = 0; i < Rows; i++)
        {
            var row = _group.Rows[i];
            (classes[i], shares[i]) = areMixed ? ((long)labelled.OtherLabels[row], labelled.Shares[row]) : ((long)labelled.Labels[row], 1);
        }
        Tensors.Add("other_labels", _otherClasses.Value);
        Tensors.Add("shares", _shares.Value);
    }

    /// <summary>Adds how much each label counts, 0 where there is none.</summary>
    /// <returns>How much they count together.</returns>
    public double AddWeights(LabelledRows labelled)
    {
        var weights = Reserve(_weights, labelled);
        Fill(weights, labelled, (row, _) => labelled.Weight(row));
        return Add(weights);
    }

    /// <summary>Adds how much each row counts.</summary>
    /// <returns>How much they count together.</returns>
    public double AddRowWeights(LabelledRows labelled)
    {
        var weights = _weights.Reserve(Rows);
        for (var i = 0; i < weights.Length; i++)
            weights[i] = labelled.Weight(_group.Rows[i]);
        return Add(weights);
    }

    double Add(Span<float> weights)
    {
        Tensors.Add("weights", _weights.Value);
        var sum = 0.0;
        foreach (var weight in weights)
            sum += weight;
        return sum;
    }

    /// <summary>Room for a value of each label: <c>[B]</c>, <c>[B, T]</c>, or <c>[B, T, N]</c>; the class token has none.</summary>
    Span<T> Reserve<T>(PaddedTensor<T> tensor, LabelledRows labelled) where T : unmanaged => labelled.LabelsPerToken switch
    {
        0 => tensor.Reserve(Rows),
        1 => tensor.Reserve(Rows, OwnQueries),
        var several => tensor.Reserve(Rows, OwnQueries, several),
    };

    int OwnQueries => _group.Queries - (rows.Layout.HasClassToken ? 1 : 0);

    /// <summary>Writes a number for each label that there is, and zeros elsewhere.</summary>
    void Fill(Span<float> target, LabelledRows labelled, Func<int, int, float> numberOf)
    {
        target.Clear();
        var size = target.Length / Rows;
        for (var i = 0; i < Rows; i++)
            for (var label = 0; label < labelled.LabelsOf(_group.Rows[i]).Length; label++)
                if (labelled.HasLabel(_group.Rows[i], label))
                    target[i * size + label] = numberOf(_group.Rows[i], label);
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
        _otherClasses.Dispose();
        _shares.Dispose();
        _numbers.Dispose();
        _weights.Dispose();
        _hidden.Dispose();
        _positions.Dispose();
    }
}
