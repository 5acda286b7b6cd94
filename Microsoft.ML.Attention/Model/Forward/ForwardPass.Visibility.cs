using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Which keys a query sees, and what is added to its scores, as <see cref="ScoreTerm"/> lists it.</summary>
sealed partial class ForwardPass
{
    /// <summary>What the operator Attention takes for a mask: booleans, or numbers with -∞; null for none.</summary>
    Value? FusedMask(ScoreTerm.Scores scores)
    {
        var visible = ScoreTerm.All.Where(term => !term.IsOfOperator).Select(term => term.Visible(this, scores)).Aggregate(And);
        if (Added(scores) is { } added)
            return visible is null ? added : visible.Where(added, graph.Scalar(double.NegativeInfinity));
        // The CPU kernel wants the queries' axis written out: [B, 1, T, S].
        return scores.Visibility.Mask is null ? visible : visible!.And(Everywhere(scores.Queries).Unsqueeze(1));
    }

    /// <summary>Everything that hides a key from a query, <c>[B, H, T, S]</c> or less by broadcasting; null when nothing does.</summary>
    Value? Visible(ScoreTerm.Scores scores) => ScoreTerm.All
        .SelectMany(term => new[] { term.Visible(this, scores), term.VisibleWhenAdded(this, scores) }).Aggregate(And);

    /// <summary>All that is added to the scores, <c>[H, T, S]</c> or <c>[B, H, T, S]</c>; null for nothing.</summary>
    Value? Added(ScoreTerm.Scores scores) => ScoreTerm.All.Select(term => term.Added(this, scores)).OfType<Value>()
        .Aggregate((Value?)null, (sum, added) => sum is null ? added : sum + added);

    /// <exception cref="InvalidOperationException">Something stands between products and softmax,
    /// for which the form has no place.</exception>
    void CheckNothingAdded(ScoreTerm.Scores scores)
    {
        var (mask, bias) = scores.Visibility;
        var terms = string.Join(", ", ScoreTerm.Of(_a, mask is not null, bias is not null).Select(term => term.Name));
        if (terms.Length > 0)
            throw new InvalidOperationException(
                $"Attention of form {form} sees all keys by their products alone: it has no place for {terms}.");
    }

    /// <summary>Within each head's window, <c>[T, S]</c>, or <c>[H, T, S]</c> when the heads differ; null without windows.</summary>
    internal Value? Window(ScoreTerm.Scores scores)
    {
        int?[] windows = [.. scores.Heads.Heads.Select(h => _a.WindowOf(scores.Layer, h))];
        if (_a.LayerWindowSizes is null ? _a.HeadWindowSizes is null : windows.All(window => window is null))
            return null;
        var distance = _a.IsCausal ? Distance(scores) : Distance(scores).Abs();
        // A head without a window gets one that nothing exceeds.
        double[] sizes = [.. windows.Select(window => window ?? (double)int.MaxValue)];
        return distance.LessOrEqual(
            sizes.Distinct().Count() == 1 ? graph.Scalar(sizes[0]) : graph.Constant(sizes, sizes.Length, 1, 1));
    }

    /// <summary>Keys up to the query's own position, <c>[T, S]</c>; null where later ones are seen too.</summary>
    internal Value? Earlier(ScoreTerm.Scores scores) => _a.IsCausal ? Distance(scores).GreaterOrEqual(graph.Scalar(0)) : null;

    /// <summary>The relative positions' numbers for the heads that are left, <c>[h, T, S]</c>; null without.</summary>
    internal Value? RelativeBias(ScoreTerm.Scores scores)
    {
        if (_a.PositionalEncoding != PositionalEncoding.RelativeBuckets)
            return null;
        var all = RelativeBias(Distance(scores));
        return scores.Heads.Count == _a.NumberOfHeads ? all : all.Gather(graph.Longs([.. scores.Heads.Heads]));
    }

    /// <summary>ALiBi's penalty, <c>[H, T, S]</c>; null without.</summary>
    internal Value? AlibiPenalty(ScoreTerm.Scores scores)
    {
        if (_a.PositionalEncoding != PositionalEncoding.Alibi)
            return null;
        double[] all = [.. AlibiSlopes(_a.NumberOfHeads)], slopes = [.. scores.Heads.Heads.Select(h => -all[h])];
        return Distance(scores).Abs() * graph.Constant(slopes, slopes.Length, 1, 1);
    }

    /// <summary>The user's bias for the heads that are left, <c>[B, h, T, S]</c>; null for none.</summary>
    internal Value? Bias(ScoreTerm.Scores scores) => scores.Heads.Count == _a.NumberOfHeads
        ? scores.Visibility.Bias
        : scores.Visibility.Bias?.Gather(graph.Longs([.. scores.Heads.Heads]), 1);

    /// <summary>Where the user's bias is more than -∞; null without.</summary>
    internal Value? NotMinusInfinity(ScoreTerm.Scores scores) => Bias(scores)?.Greater(graph.Scalar(float.MinValue));

    /// <summary>How far a key lies before a query, <c>i - j</c>, <c>[T, S]</c>.</summary>
    Value Distance(ScoreTerm.Scores scores) => Distance(scores.Queries, scores.Keys);

    Value Distance(Value q, Value k) => Positions(q).Unsqueeze(1) - Positions(k).Unsqueeze(0);

    /// <summary>True for every token, <c>[T]</c>.</summary>
    Value Everywhere(Value q) => Positions(q).GreaterOrEqual(graph.Scalar(0));

    static Value? And(Value? a, Value? b) => a is null ? b : b is null ? a : a.And(b);
}

/// <summary>What decides, beside the architecture, which keys a query sees.</summary>
/// <param name="Mask">True where there is a key token, <c>[B, S]</c>; null for everywhere.</param>
/// <param name="Bias">Added to the scores, <c>[B, H, T, S]</c>; -∞ hides a key.</param>
sealed record Visibility(Value? Mask, Value? Bias);
