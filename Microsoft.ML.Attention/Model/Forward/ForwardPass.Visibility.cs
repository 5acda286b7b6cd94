using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Which keys a query sees, and what is added to its scores.</summary>
sealed partial class ForwardPass
{
    /// <summary>What the operator Attention takes for a mask: booleans, or numbers with -∞; null for none. Causality is an attribute of its own.</summary>
    Value? FusedMask(Value q, Value k, HeadLayout heads, Visibility visibility)
    {
        var visible = And(Seen(visibility.Mask), Window(q, k, heads));
        if (Additive(q, k, heads, visibility) is { } additive)
            return visible is null ? additive : visible.Where(additive, graph.Scalar(double.NegativeInfinity));
        // The CPU kernel wants the queries' axis written out: [B, 1, T, S].
        return visibility.Mask is null ? visible : visible!.And(Everywhere(q).Unsqueeze(1));
    }

    /// <summary>Everything that hides a key from a query, <c>[B, H, T, S]</c> or less by broadcasting; null when nothing does.</summary>
    Value? Hidden(Value q, Value k, HeadLayout heads, Visibility visibility)
    {
        var visible = And(Seen(visibility.Mask), Window(q, k, heads));
        if (_a.IsCausal)
            visible = And(visible, Distance(q, k).GreaterOrEqual(graph.Scalar(0)));
        return And(visible, Bias(heads, visibility)?.Greater(graph.Scalar(float.MinValue)));
    }

    /// <summary>The mask over the keys, <c>[B, 1, 1, S]</c>.</summary>
    static Value? Seen(Value? mask) => mask?.Unsqueeze(1, 2);

    /// <summary>Within each head's window, <c>[T, S]</c>, or <c>[H, T, S]</c> when the heads differ.</summary>
    Value? Window(Value q, Value k, HeadLayout heads)
    {
        if (_a.Windows is not { } windows)
            return null;
        var distance = _a.IsCausal ? Distance(q, k) : Distance(q, k).Abs();
        // A head without a window gets one that nothing exceeds.
        double[] sizes = [.. heads.Heads.Select(h => windows[h] ?? (double)int.MaxValue)];
        return distance.LessOrEqual(sizes.Distinct().Count() == 1 ? graph.Scalar(sizes[0]) : graph.Constant(sizes, sizes.Length, 1, 1));
    }

    /// <summary>ALiBi's penalty and the user's bias, <c>[H, T, S]</c> or <c>[B, H, T, S]</c>; null for none.</summary>
    Value? Additive(Value q, Value k, HeadLayout heads, Visibility visibility)
    {
        var bias = Bias(heads, visibility);
        if (_a.Positions != PositionalEncoding.Alibi)
            return bias;
        double[] all = [.. AlibiSlopes(_a.Heads)], slopes = [.. heads.Heads.Select(h => -all[h])];
        var penalty = Distance(q, k).Abs() * graph.Constant(slopes, slopes.Length, 1, 1);
        return bias is null ? penalty : penalty + bias;
    }

    /// <summary>The user's bias for the heads that are left, <c>[B, h, T, S]</c>; null for none.</summary>
    Value? Bias(HeadLayout heads, Visibility visibility) => heads.Count == _a.Heads ? visibility.Bias : visibility.Bias?.Gather(graph.Longs([.. heads.Heads]), 1);

    /// <summary>How far a key lies before a query, <c>i - j</c>, <c>[T, S]</c>.</summary>
    Value Distance(Value q, Value k) => Places(q).Unsqueeze(1) - Places(k).Unsqueeze(0);

    /// <summary>True for every token, <c>[T]</c>.</summary>
    Value Everywhere(Value q) => Places(q).GreaterOrEqual(graph.Scalar(0));

    static Value? And(Value? a, Value? b) => a is null ? b : b is null ? a : a.And(b);
}
