using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Multi-head attention. Vaswani et al. 2017, section 3.2.</summary>
sealed partial class ForwardPass
{
    /// <summary><c>Concat(head_1, ..., head_h) W^O</c>, <c>head_i = Attention(Q W_i^Q, K W_i^K, V W_i^V)</c>.</summary>
    Value Attend(int layer, Value queries, Value keys, Value values, Visibility visibility, List<Value>? weights)
    {
        var (scope, heads) = (_a.AttentionOf(layer), _a.HeadsOf(layer));
        using var module = graph.In(scope.Scope);
        if (heads.Count == 0)
            return Headless(scope, queries, keys, weights);
        var (q, k, v) = Project(layer, queries, keys, values);                  // [B, T, HD], [B, S, KD], [B, S, KDv]
        var keyValueHeads = heads.KeyValueHeads.Count;
        if (_a.NormalizeQueriesAndKeys || _a.UsesRotary)
        {
            q = PerHead(layer, q, heads.Count, scope.QueryNorm);
            k = PerHead(layer, k, keyValueHeads, scope.KeyNorm);
        }
        if (!heads.IsEven || form == AttentionForm.Flash && keyValueHeads != heads.Count)
            (k, v, keyValueHeads) = (Spread(k, heads), Spread(v, heads), heads.Count);
        var scores = new ScoreTerm.Scores(layer, q, k, heads, visibility);
        var context = form switch                                               // [B, T, HDv]
        {
            AttentionForm.Fused => Fused(scores, v, keyValueHeads, weights),
            AttentionForm.Flash => Flash(scores, v),
            AttentionForm.Decomposed => Decomposed(scores, v, keyValueHeads, weights),
            _ => throw new NotSupportedException($"Attention of form {form} is not known."),
        };
        return Linear(scope.OutProjection, context);
    }

    (Value Q, Value K, Value V) Project(int layer, Value queries, Value keys, Value values)
    {
        var scope = _a.AttentionOf(layer);
        var (queryWidth, keyWidth, valueWidth) = _a.ProjectionDimensions(layer);
        long[] widths = [queryWidth, keyWidth, valueWidth];
        var packed = parameters.GetValueOrDefault(scope.InProjection.Weight);
        var bias = parameters.GetValueOrDefault(scope.InProjection.Bias);
        if (packed is not null && queries == keys && keys == values)
        {
            var qkv = Product(queries, packed);                                 // one product for the three
            var parts = (bias is null ? qkv : qkv + bias).Split(2, widths);
            return (parts[0], parts[1], parts[2]);
        }
        var matrices = packed?.Split(0, widths) ?? [.. scope.Projections.Select(projection => parameters[projection.Weight])];
        var biases = bias?.Split(0, widths);
        return (Of(queries, 0), Of(keys, 1), Of(values, 2));

        Value Of(Value source, int i) => biases is null ? Product(source, matrices[i]) : Product(source, matrices[i]) + biases[i];
    }

    /// <summary>QK-norm, then rotation, head by head.</summary>
    Value PerHead(int layer, Value x, int heads, TensorScope norm)
    {
        var split = x.Reshape(x.Shape[0], x.Shape[1], heads, _a.HeadDimension);
        if (_a.NormalizeQueriesAndKeys)
            split = RootMeanSquare(split, parameters[norm.Weight]);
        return Rotate(layer, split).Reshape(x.Shape);
    }

    Value Fused(ScoreTerm.Scores scores, Value v, int keyValueHeads, List<Value>? weights)
    {
        var (_, q, k, heads, _) = scores;
        var mask = FusedMask(scores);
        var (scale, softcap) = ((float)_a.Scale, (float)(_a.Softcap ?? 0));
        if (weights is null)
            return Operators.Attention(q, k, v, mask, heads.Count, keyValueHeads, scale, _a.IsCausal, softcap);
        var context = Operators.Attention(q, k, v, mask, heads.Count, keyValueHeads, scale, _a.IsCausal, softcap, out var softmax);
        // ONNX Runtime 1.31 infers a wrong shape for this output; one that is computed sets it right.
        var shape = Operators.Concat(0, q.DimensionOf(0), graph.Longs(heads.Count), q.DimensionOf(1), k.DimensionOf(1));
        weights.Add(InPlace(softmax.ReshapeTo(shape, softmax.Shape), heads));
        return context;
    }

    Value Flash(ScoreTerm.Scores scores, Value v)
    {
        CheckNothingAdded(scores);
        return Operators.FlashAttention(scores.Queries, scores.Keys, v, scores.Heads.Count, (float)_a.Scale);
    }

    /// <summary>softmax(Q Kᵀ / √D) V. Vaswani et al. 2017, equation 1.</summary>
    Value Decomposed(ScoreTerm.Scores terms, Value v, int keyValueHeads, List<Value>? weights)
    {
        var (_, q, k, heads, _) = terms;
        var queries = SplitHeads(q * _a.Scale, heads.Count, _a.HeadDimension);                          // [B, H, T, D]
        var keys = Repeated(SplitHeads(k, keyValueHeads, _a.HeadDimension), heads.Count);               // [B, H, S, D]
        var scores = Widen(queries.MatMul(keys.T()));                                                   // [B, H, T, S]
        if (_a.Softcap is double cap)
            scores = (scores * (1 / cap)).Tanh() * cap;
        if (Added(terms) is { } added)
            scores += added;
        var softmax = Visible(terms) is { } visible
            ? visible.Where(scores, graph.Scalar(Never)).Softmax() * visible.CastReal()                 // a query that sees nothing: zeros
            : scores.Softmax();
        weights?.Add(InPlace(softmax, heads));
        var values = Repeated(SplitHeads(v, keyValueHeads, _a.ValueHeadDimension), heads.Count);
        var context = Narrow(Drop(softmax)).MatMul(values);                                             // [B, H, T, Dv]
        return JoinHeads(noise?.DropHeads(context) ?? context);
    }

    /// <summary><c>[B, T, HD]</c> to <c>[B, H, T, D]</c>.</summary>
    static Value SplitHeads(Value x, int heads, int size) => x.Reshape(x.Shape[0], x.Shape[1], heads, size).Transpose(0, 2, 1, 3);

    /// <summary><c>[B, H, T, D]</c> to <c>[B, T, HD]</c>.</summary>
    static Value JoinHeads(Value x) => x.Transpose(0, 2, 1, 3).Reshape(x.Shape[0], x.Shape[2], x.Shape[1].Size * x.Shape[3].Size);

    /// <summary>Each key-value head once for each query head that uses it: <c>[B, K, S, D]</c> to <c>[B, H, S, D]</c>.
    /// Ainslie et al. 2023.</summary>
    static Value Repeated(Value x, int heads) => x.Shape[1] == heads
        ? x
        : Operators.Concat(2, [.. Enumerable.Repeat(x.Unsqueeze(2), heads / (int)x.Shape[1].Size)])
            .Reshape(x.Shape[0], heads, x.Shape[2], x.Shape[3]);
}
