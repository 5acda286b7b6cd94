using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From the tokens of a row to one vector.</summary>
sealed partial class ForwardPass
{
    /// <summary>PyTorch's and sentence-transformers' 1e-12 for the smallest length, squared.</summary>
    const double SmallestSquare = 1e-24;

    /// <param name="x">The tokens <c>[B, T, W]</c>, zeros where <paramref name="mask"/> is false.</param>
    /// <param name="mask">Where they are, <c>[B, T]</c>; null for everywhere.</param>
    /// <param name="there">The same without the class token.</param>
    Value? Pool(Value x, Value? mask, Value? there)
    {
        using var module = graph.In(ModuleNames.Pool);
        return _a.Pooling switch
        {
            AttentionPooling.None => null,
            AttentionPooling.Mean => MeanOf(x, mask),
            AttentionPooling.Max => MaxOf(x, mask),
            AttentionPooling.First => mask is null ? x.Slice(1, 0, 1).Squeeze(1) : TokenAt(x, mask, -LastPosition(mask, -Positions(x))),
            AttentionPooling.Last =>
                mask is null ? x.Slice(1, -1, long.MaxValue).Squeeze(1) : TokenAt(x, mask, LastPosition(mask, Positions(x))),
            AttentionPooling.Attention => AttentionOf(x, mask),
            AttentionPooling.Class => ClassOf(x, there),
            AttentionPooling.MeanAndMax => MeanOf(x, mask).Concat(1, MaxOf(x, mask)),
            AttentionPooling.Flatten => Flattened(x),
            _ => throw new NotSupportedException($"Pooling {_a.Pooling} is not known."),
        };
    }

    /// <summary><c>x / ‖x‖</c>; zeros stay zeros.</summary>
    public Value UnitLength(Value x) => x / (x * x).Sum(true, -1).Maximum(graph.Scalar(SmallestSquare)).Sqrt();

    /// <summary>The mean of each row's tokens, <c>[B, W]</c>; zeros for a row without.</summary>
    public Value MeanOf(Value x, Value? mask)
    {
        if (mask is null)
            return x.Mean(false, 1);
        var count = mask.CastReal().Sum(true, 1);                               // [B, 1]
        return x.Sum(false, 1) / count.Maximum(graph.Scalar(1));
    }

    /// <summary>The class token; zeros for a row that has no other.</summary>
    Value ClassOf(Value x, Value? there)
    {
        var token = x.Slice(1, 0, 1).Squeeze(1);                                // [B, W]
        return there is null ? token : there.CastReal().Max(true, 1).Greater(graph.Scalar(0)).Where(token, graph.Scalar(0));
    }

    /// <summary>All tokens one after the other, <c>[B, L*W]</c>, zeros after the last.</summary>
    Value Flattened(Value x)
    {
        var (length, width) = (_a.FlattenedLength!.Value, x.Shape[2].Size);
        var zeros = graph.Scalar(0).ExpandTo(Operators.Concat(0, x.DimensionOf(0), graph.Longs(length, width)), x.Shape[0], length, width);
        return x.Concat(1, zeros).Slice(1, 0, length).Reshape(x.Shape[0], length * width);
    }

    Value MaxOf(Value x, Value? mask)
    {
        if (mask is null)
            return x.Max(false, 1);
        var most = mask.Unsqueeze(2).Where(x, graph.Scalar(float.MinValue)).Max(false, 1);
        var any = mask.CastReal().Max(true, 1).Greater(graph.Scalar(0));        // [B, 1]
        return any.Where(most, graph.Scalar(0));
    }

    /// <summary>The largest of the positions where a token is, <c>[B, 1]</c>.</summary>
    Value LastPosition(Value mask, Value positions) => mask.Where(positions, graph.Scalar(Never)).Max(true, 1);

    Value TokenAt(Value x, Value mask, Value position) =>
        Positions(x).Equal(position).And(mask).Unsqueeze(2).Where(x, graph.Scalar(0)).Sum(false, 1);

    Value AttentionOf(Value x, Value? mask)
    {
        var scores = x.MatMul(Widen(parameters[ModuleNames.PoolQuery]).Unsqueeze(1)).Squeeze(2);                    // [B, T]
        var weights = mask is null ? scores.Softmax() : mask.Where(scores, graph.Scalar(Never)).Softmax() * mask.CastReal();
        return weights.Unsqueeze(1).MatMul(x).Squeeze(1);
    }
}
