namespace Microsoft.ML.Attention.Graphs;

static partial class Operators
{
    extension(Value x)
    {
        /// <summary>[..., M, N] by [..., N, P], the leading axes broadcast.</summary>
        public Value MatMul(Value y) => x.Graph.Append("MatMul", Same("MatMul", x, y), Shapes.MatMul(x, y), [x, y]);

        /// <summary>Over the last axis.</summary>
        public Value Softmax() => x.Graph.Append("Softmax", x.Type, x.Shape, [x], ("axis", -1L));

        /// <summary>The index of the largest along the last axis, the first of equals; int64.</summary>
        public Value ArgMax() => x.Graph.Append("ArgMax", ElementType.Int64, x.Shape[..^1], [x], ("axis", -1L), ("keepdims", 0L));

        /// <summary>The last axis brought to mean 0 and variance 1, times <paramref name="gain"/>,
        /// plus <paramref name="bias"/>. Ba et al. 2016.</summary>
        public Value LayerNormalization(Value gain, Value? bias, float epsilon)
        {
            if (gain.Rank != 1 || gain.Shape[0] != x.Shape[^1] || bias is not null && !bias.Shape.SequenceEqual(gain.Shape))
                throw new ArgumentException(
                    $"Cannot normalize {x} with gain {gain}{(bias is null ? "" : $" and bias {bias}")}: each needs {x.Shape[^1]} numbers.");
            var moments = Shapes.Reduce(x, keep: true, [x.Rank - 1]);
            return x.Graph.Append("LayerNormalization", "", [(x.Type, x.Shape), (ElementType.Float, moments), (ElementType.Float, moments)],
                [x, gain, bias], ("axis", -1L), ("epsilon", epsilon))[0];
        }
    }

    /// <summary>softmax(q kᵀ scale) v for each head. Vaswani et al. 2017, equation 1; for scoring, as it has no gradient.</summary>
    /// <param name="q">Queries, [B, T, H*D].</param>
    /// <param name="k">Keys, [B, S, K*D].</param>
    /// <param name="v">Values, [B, S, K*Dv].</param>
    /// <param name="mask">Bool (true: seen) or real (added to the scores), [B, 1 or H, T, S].</param>
    /// <param name="queryHeads">H.</param>
    /// <param name="keyValueHeads">K, which divides H.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="causal">Whether a query sees the keys up to its own position only.</param>
    /// <param name="softcap">Scores become c tanh(score / c); 0 leaves them.</param>
    /// <returns>[B, T, H*Dv].</returns>
    public static Value Attention(Value q, Value k, Value v, Value? mask, int queryHeads, int keyValueHeads, float scale, bool causal,
        float softcap) =>
        Attention(q, k, v, mask, queryHeads, keyValueHeads, scale, causal, softcap, [])[0];

    /// <summary>The same, and the attention weights [B, H, T, S] that the softmax gave.</summary>
    public static Value Attention(Value q, Value k, Value v, Value? mask, int queryHeads, int keyValueHeads, float scale, bool causal,
        float softcap, out Value weights)
    {
        var outputs = Attention(q, k, v, mask, queryHeads, keyValueHeads, scale, causal, softcap, [("qk_matmul_output_mode", 3L)]);
        weights = outputs[3];
        return outputs[0];
    }

    static Value[] Attention(Value q, Value k, Value v, Value? mask, int queryHeads, int keyValueHeads, float scale, bool causal,
        float softcap, (string, object)[] more)
    {
        var (keyShape, valueShape) = (Heads(k, keyValueHeads), Heads(v, keyValueHeads));
        if (Heads(q, queryHeads)[^1] != keyShape[^1] || k.Shape[1] != v.Shape[1] || queryHeads % keyValueHeads != 0)
            throw new ArgumentException($"Cannot attend with {queryHeads} heads of {q} to {keyValueHeads} of {k} and {v}.");
        return q.Graph.Append("Attention", "",
            [
                (q.Type, [q.Shape[0], q.Shape[1], queryHeads * valueShape[^1]]),
                (k.Type, keyShape),
                (v.Type, valueShape),
                (q.Type, [q.Shape[0], queryHeads, q.Shape[1], k.Shape[1]]),
            ],
            [q, k, v, mask],
            [("q_num_heads", (long)queryHeads), ("kv_num_heads", (long)keyValueHeads), ("scale", scale), ("is_causal", causal ? 1L : 0L),
                ("softcap", softcap), .. more]);
    }

    /// <summary>The same for as many key-value heads as heads, in ONNX Runtime's own operator,
    /// whose CPU kernel never holds all scores of a row (Dao et al. 2022).</summary>
    /// <param name="q">Queries, [B, T, H*D].</param>
    /// <param name="k">Keys, [B, S, H*D].</param>
    /// <param name="v">Values, [B, S, H*Dv].</param>
    /// <param name="heads">H.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <returns>[B, T, H*Dv].</returns>
    public static Value FlashAttention(Value q, Value k, Value v, int heads, float scale)
    {
        if (Heads(q, heads)[^1] != Heads(k, heads)[^1] || Heads(v, heads)[2] != k.Shape[1])
            throw new ArgumentException($"Cannot attend with {heads} heads of {q} to {k} and {v}.");
        return q.Graph.Append("MultiHeadAttention", "com.microsoft", [(q.Type, [q.Shape[0], q.Shape[1], v.Shape[2]])], [q, k, v],
            ("num_heads", (long)heads), ("scale", scale))[0];
    }

    /// <summary>[B, S, K*D] as [B, K, S, D].</summary>
    static Dim[] Heads(Value x, int heads) => x.Rank == 3 && !x.Shape[2].IsSymbolic && x.Shape[2].Size % heads == 0
        ? [x.Shape[0], heads, x.Shape[1], x.Shape[2].Size / heads]
        : throw new ArgumentException($"{x} is not [batch, sequence, a multiple of {heads} heads].");
}
