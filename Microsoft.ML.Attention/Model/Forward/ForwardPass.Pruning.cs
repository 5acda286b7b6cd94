using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Layers that lost some of their heads, or all.</summary>
sealed partial class ForwardPass
{
    /// <summary>The key-value head of each head, where no even count of heads shares one: <c>[B, S, KD]</c> to <c>[B, S, HD]</c>.</summary>
    static Value Spread(Value x, HeadLayout heads)
    {
        var count = heads.KeyValueHeads.Count;
        var parts = x.Split(2, [.. Enumerable.Repeat(x.Shape[2].Size / count, count)]);
        return Operators.Concat(2, [.. heads.Uses.Select(index => parts[index])]);
    }

    /// <summary>The attention weights at the numbers that heads had before any was pruned, zeros for those that are gone:
    /// <c>[B, h, T, S]</c> to <c>[B, H, T, S]</c>.</summary>
    Value InPlace(Value weights, HeadLayout heads)
    {
        if (heads.Count == _a.NumberOfHeads)
            return weights;
        var zeros = graph.Scalar(0).ExpandLike(weights.Slice(1, 0, 1));         // [B, 1, T, S]
        long[] indices = [.. Enumerable.Range(0, _a.NumberOfHeads).Select(h => (long)(heads.IndexOf(h) ?? heads.Count))];
        return Operators.Concat(1, weights, zeros).Gather(graph.Longs(indices), 1);
    }

    /// <summary>What a layer without heads gives: the bias of its output projection, or zeros where it has none.
    /// It looks at nothing.</summary>
    Value Headless(AttentionScope scope, Value queries, Value keys, List<Value>? weights)
    {
        var (atQueries, atKeys) = (ZeroEach(queries), ZeroEach(keys));          // [B, T, 1], [B, S, 1]
        weights?.Add(Operators.Concat(1, [.. Enumerable.Repeat(Widen(atQueries + atKeys.T()).Unsqueeze(1), _a.NumberOfHeads)]));
        return atQueries + (parameters.GetValueOrDefault(scope.OutProjection.Bias)
            ?? Narrow(graph.Constant(new double[_a.OutputDimension], _a.OutputDimension)));
    }

    /// <summary>A zero for each token.</summary>
    Value ZeroEach(Value tokens) => graph.Scalar(0, tokens.Type).ExpandLike(tokens.Slice(2, 0, 1));
}
