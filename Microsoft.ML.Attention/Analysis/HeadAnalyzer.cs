using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>Runs rows through a stage, a batch at a time, intact and then without each head, and sums up what the heads do.</summary>
sealed class HeadAnalyzer
{
    /// <summary>Numbers of a chunk of rows (4 MiB): many runs, and little memory.</summary>
    const long MostNumbers = 1L << 20;

    readonly Architecture _a;
    readonly AnalysisSession _session;
    readonly int _windowSize;
    readonly Action _checkCanceled;
    readonly (int Layer, int Index)[] _heads;
    readonly LayerSums[] _layers;
    readonly OutputChange[]? _changes;
    readonly ReadOutLoss? _loss;
    long _used, _skipped;

    /// <param name="architecture">The stage.</param>
    /// <param name="session">What runs it.</param>
    /// <param name="windowSize">How far local attention reaches.</param>
    /// <param name="withImportance">Whether heads are silenced.</param>
    /// <param name="label">What the labels of the rows are; null for none.</param>
    /// <param name="checkCanceled">Throws when the analysis should stop.</param>
    public HeadAnalyzer(Architecture architecture, AnalysisSession session, int windowSize, bool withImportance, LabelKind? label,
        Action checkCanceled)
    {
        (_a, _session, _windowSize, _checkCanceled) = (architecture, session, windowSize, checkCanceled);
        var layers = Enumerable.Range(0, architecture.NumberOfLayers).Select(layer => architecture.HeadsOf(layer).Heads).ToArray();
        _heads = [.. layers.SelectMany((heads, layer) => heads.Select((_, index) => (layer, index)))];
        _layers = [.. layers.Select((heads, layer) => new LayerSums(layer, heads, windowSize))];
        if (!withImportance)
            return;
        _changes = [.. _heads.Select(_ => new OutputChange())];
        _loss = label is { } kind ? new ReadOutLoss(kind, _heads.Length) : null;
    }

    /// <summary>Reads the rows once.</summary>
    public void Read(IRowSource source)
    {
        var groups = new LengthGroups(new RunSize(_a, Defaults.ScoringBatchSize, onCpu: true, mostCores: 1, holdsScores: true));
        foreach (var chunk in source.Read(shuffle: null, MostNumbers))
        {
            bool[] isUsed = [.. Enumerable.Range(0, chunk.Rows.Count)
                .Select(row => chunk.Rows.IsFinite(row) && chunk.Rows.Present(row).Length > 0)];
            _used += isUsed.Count(used => used);
            _skipped += isUsed.Count(used => !used);
            using var batch = new PaddedBatch(chunk.Rows);
            foreach (var group in groups.Plan(chunk.Rows))
            {
                _session.Fill(batch, group);
                Add(chunk, group, isUsed);
            }
        }
    }

    /// <summary>What was found.</summary>
    public HeadAnalysis Result()
    {
        var losses = _loss?.Measure(_checkCanceled);
        var statistics = _layers.SelectMany(layer => layer.Statistics()).Select((head, n) => head with
        {
            OutputImportance = _changes?[n].Relative,
            LossImportance = losses?.Silenced[n] - losses?.Intact,
        });
        return new HeadAnalysis(statistics) { RowsUsed = _used, RowsSkipped = _skipped, WindowSize = _windowSize, Loss = losses?.Intact };
    }

    void Add(LabelledRows chunk, LengthGroup group, bool[] isUsed)
    {
        _checkCanceled();
        using var intact = _session.Run();
        var output = intact[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < group.Rows.Count; i++)
        {
            var row = group.Rows[i];
            if (!isUsed[row])
                continue;
            _checkCanceled();
            AddWeights(new RowView(_a, chunk.Rows, row), intact, i, group);
            if (HasLabel(chunk, row))
                _loss!.Add(chunk.Labels[row], Vector(chunk.Rows, group, i, output));
        }
        for (var head = 0; head < _changes?.Length; head++)
            AddWithout(head, chunk, group, isUsed, output);
    }

    void AddWeights(RowView row, IReadOnlyList<OrtValue> results, int index, LengthGroup group)
    {
        var size = _a.NumberOfHeads * group.Queries * group.Keys;
        for (var layer = 0; layer < _layers.Length; layer++)
            _layers[layer].Add(row, results[1 + layer].GetTensorDataAsSpan<float>().Slice(index * size, size), group.Queries, group.Keys);
    }

    void AddWithout(int head, LabelledRows chunk, LengthGroup group, bool[] isUsed, ReadOnlySpan<float> intact)
    {
        _checkCanceled();
        using var results = _session.RunWithout(_heads[head].Layer, _heads[head].Index);
        var silenced = results[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < group.Rows.Count; i++)
        {
            var row = group.Rows[i];
            if (!isUsed[row])
                continue;
            _changes![head].Add(Output(chunk.Rows, group, i, intact), Output(chunk.Rows, group, i, silenced));
            if (HasLabel(chunk, row))
                _loss!.AddWithout(head, Vector(chunk.Rows, group, i, silenced));
        }
    }

    bool HasLabel(LabelledRows chunk, int row) => _loss is not null && float.IsFinite(chunk.Labels[row]);

    bool IsPooled => _a.Pooling != AttentionPooling.None;

    /// <summary>The output of a row, <c>[T, W]</c>, or <c>[W]</c> when pooled.</summary>
    ReadOnlySpan<float> Output(RaggedRows rows, LengthGroup group, int index, ReadOnlySpan<float> outputs) => IsPooled
        ? outputs.Slice(index * _a.FeatureDimension, _a.FeatureDimension)
        : outputs.Slice(index * group.Queries * _a.FeatureDimension, rows.Lengths(group.Rows[index]).Queries * _a.FeatureDimension);

    /// <summary>The output of a row as one vector: pooled, or the mean of its tokens, as Fit reads it.</summary>
    float[] Vector(RaggedRows rows, LengthGroup group, int index, ReadOnlySpan<float> outputs)
    {
        var output = Output(rows, group, index, outputs);
        if (IsPooled)
            return output.ToArray();
        var mean = new float[_a.FeatureDimension];
        var tokens = rows.Present(group.Rows[index]);
        foreach (var token in tokens)
            for (var i = 0; i < mean.Length; i++)
                mean[i] += output[token * mean.Length + i] / tokens.Length;
        return mean;
    }
}

/// <summary>How much an output differs from what it was, relative to that, over many rows.</summary>
sealed class OutputChange
{
    double _change, _size;

    public void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        for (var i = 0; i < before.Length; i++)
        {
            var change = (double)after[i] - before[i];
            _change += change * change;
            _size += (double)before[i] * before[i];
        }
    }

    /// <summary>The root of the mean square of the change, divided by that of what was there; 0 where nothing changed.</summary>
    public double Relative => _change == 0 ? 0 : Math.Sqrt(_change / _size);
}
