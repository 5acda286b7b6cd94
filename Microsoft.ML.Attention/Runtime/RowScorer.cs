using Microsoft.ML.Attention.Model;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Scores the rows that one cursor has read ahead, and keeps the results until the next.</summary>
/// <param name="session">The transformer's engine.</param>
/// <param name="rows">The rows, filled by the cursor.</param>
/// <param name="weights">Which layers' attention weights are wanted; null for none.</param>
sealed class RowScorer(AttentionSession session, RaggedRows rows, AttentionWeightsLayers? weights) : IDisposable
{
    readonly Architecture _a = session.Architecture;
    readonly LengthGroups _groups = new();
    readonly PaddedBatch _batch = new(rows);
    readonly NamedTensors _inputs = new();
    float[] _outputs = [];
    float[] _weights = [];
    Place[] _places = [];

    /// <summary>Where a row's results lie, and how long its group was padded.</summary>
    readonly record struct Place(int Output, int Weights, int Queries, int Keys);

    bool IsPooled => _a.Pooling != AttentionPooling.None;

    /// <summary>Attention maps of one row: heads, times layers when all are wanted.</summary>
    public int Maps => _a.Heads * (weights == AttentionWeightsLayers.All ? _a.Layers : 1);

    public void Score()
    {
        var groups = _groups.Plan(rows);
        Reserve(groups);
        foreach (var group in groups)
            Run(group);
    }

    /// <summary>A row's output: <c>[T, W]</c>, or <c>[W]</c> when pooled, where a row without tokens is zeros.</summary>
    public ReadOnlySpan<float> Output(int row)
    {
        var queries = rows.Lengths(row).Queries;
        if (queries == 0)
            return IsPooled ? _zeros.AsSpan(0, _a.OutputWidth) : [];
        return _outputs.AsSpan(_places[row].Output, (IsPooled ? 1 : queries) * _a.OutputWidth);
    }

    readonly float[] _zeros = new float[session.Architecture.OutputWidth];

    /// <summary>Copies a row's attention weights, <c>[H, T, S]</c> or <c>[L, H, T, S]</c>, out of the padded ones.</summary>
    public void CopyWeights(int row, Span<float> destination)
    {
        var (queries, keys) = rows.Lengths(row);
        if (queries == 0 || keys == 0)
            return;
        var place = _places[row];
        for (var map = 0; map < Maps; map++)
            for (var t = 0; t < queries; t++)
                _weights.AsSpan(place.Weights + (map * place.Queries + t) * place.Keys, keys).CopyTo(destination[((map * queries + t) * keys)..]);
    }

    void Reserve(List<LengthGroup> groups)
    {
        if (_places.Length < rows.Count)
            _places = new Place[rows.Count];
        var (output, weight) = (0, 0);
        foreach (var group in groups)
        {
            foreach (var row in group.Rows)
            {
                _places[row] = new Place(output, weight, group.Queries, group.Keys);
                output = checked(output + (IsPooled ? 1 : group.Queries) * _a.OutputWidth);
                if (weights is not null)
                    weight = checked(weight + Maps * group.Queries * group.Keys);
            }
        }
        if (_outputs.Length < output)
            _outputs = new float[output];
        if (_weights.Length < weight)
            _weights = new float[weight];
    }

    void Run(LengthGroup group)
    {
        var layout = rows.Layout;
        var names = session.Names;
        var variant = new ScoringVariant(
            HasMask: layout.HasMask || group.PadsKeys && !layout.ReadsTokenIds || layout.IsCrossAttention && group.PadsKeys,
            HasQueryMask: layout.IsCrossAttention && group.PadsQueries && IsPooled,
            layout.HasBias,
            weights);
        _inputs.Clear();
        _batch.Fill(group, variant, names, _inputs);

        var place = _places[group.Rows[0]];
        var count = group.Rows.Count;
        long[] shape = IsPooled ? [count, _a.OutputWidth] : [count, group.Queries, _a.OutputWidth];
        using var output = Tensor(_outputs, place.Output, shape);
        if (weights is null)
        {
            session.Run(variant, _inputs, [names.Output], [output]);
            return;
        }
        using var softmax = Tensor(_weights, place.Weights, weights == AttentionWeightsLayers.All
            ? [count, _a.Layers, _a.Heads, group.Queries, group.Keys]
            : [count, _a.Heads, group.Queries, group.Keys]);
        session.Run(variant, _inputs, [names.Output, names.Weights], [output, softmax]);
    }

    static OrtValue Tensor(float[] memory, int start, long[] shape) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, memory.AsMemory(start, (int)shape.Aggregate(1L, (product, size) => product * size)), shape);

    public void Dispose() => _batch.Dispose();
}
