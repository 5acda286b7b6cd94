using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>Tables as tokens: each element of the columns is one, with tensors of its own. Gorishniy et al. 2021, section 3.3.</summary>
sealed partial class ForwardPass
{
    /// <summary>First the numbers, then the ids, each in the order of the columns.</summary>
    (Value Tokens, Value? Mask, IReadOnlyList<Value> Targets, Value? RowStatistics) EmbedElements((TokenField Field, Value Tokens)[] fields,
        ForwardInputs inputs)
    {
        var frames = fields.Length == 1 ? [inputs.Mask] : inputs.Mask?.Split(1, Lengths(fields)) ?? new Value?[fields.Length];
        var isMasked = inputs.Mask is not null || inputs.MayMissIds && _a.HoldsIds;
        var (tokens, masks) = (new List<Value>(), new List<Value>());
        foreach (var (i, (field, values)) in fields.Index())
        {
            var x = field.HoldsIds
                ? Embedded((field, values), inputs.MayMissIds)
                : Narrow(Numbers(Standardize([fields[i]], [values], TokenRole.Input)[0]));
            var there = field.HoldsIds ? values.GreaterOrEqual(graph.Scalar(0, ElementType.Int64)) : Everywhere(values);
            masks.Add(And(there, frames[i])!);                                  // numbers are one frame
            tokens.Add(isMasked ? Keep(masks[^1], x) : x);
        }
        var all = tokens.Count == 1 ? tokens[0] : Operators.Concat(1, [.. tokens]);
        var mask = !isMasked ? null : masks.Count == 1 ? masks[0] : Operators.Concat(1, [.. masks]);
        return (Placed(all), mask, [], null);

        // true for each number of [B, 1, N], as [B, N]
        Value Everywhere(Value numbers) => graph.Scalar(1).ExpandLike(numbers).Squeeze(1).Greater(graph.Scalar(0));
    }

    /// <summary>
    /// <c>x_n w_n + b_n</c>, of bins <c>Σ_t e_nt w_nt + b_n</c>, or the learned token of a number that is missing: <c>[B, 1,
    /// N]</c> to <c>[B, N, M]</c>.
    /// </summary>
    Value Numbers(Value x)
    {
        var numbers = x.Reshape(x.Shape[0], x.Shape[2], 1);
        var known = numbers.Equal(numbers);                                     // a NaN is not equal to itself
        var (present, weight) = (known.Where(numbers, graph.Scalar(0)), Widen(parameters[ModuleNames.Element.Weight]));
        var tokens = _a.ElementBins is null ? present * weight
            // [N, B, bins] by [N, bins, M]
            : InBins(present, parameters[ModuleNames.ElementBins]).Transpose(1, 0, 2).MatMul(weight).Transpose(1, 0, 2);
        if (parameters.TryGetValue(ModuleNames.Element.Bias, out var bias))
            tokens += Widen(bias);
        return known.Where(tokens, Widen(parameters[ModuleNames.ElementMissing]));
    }

    /// <summary>
    /// How far numbers <c>[B, N, 1]</c> reach into each bin, <c>[B, N, bins]</c>: <c>(x - lower edge) / width</c>, but not below 0 and
    /// not above 1; of the first bin below 0 too, and of the last one above 1.
    /// Gorishniy et al. 2022, equation 1.
    /// </summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="edges">Of each number in ascending order, <c>[N, bins + 1]</c>;
    /// the last one again where there are more bins than needed, which are 0.</param>
    Value InBins(Value numbers, Value edges)
    {
        var (lower, upper) = (edges.Slice(1, 0, -1), edges.Slice(1, 1, long.MaxValue));
        var (first, last) = (edges.Slice(1, 0, 1), edges.Slice(1, -1, long.MaxValue));
        var (zero, one) = (graph.Scalar(0), graph.Scalar(1));
        var isBin = upper.Greater(lower);
        var perUnit = isBin.Where(one / isBin.Where(upper - lower, one), zero);
        var least = lower.Greater(first).Where(zero, graph.Scalar(Never));
        var most = last.Greater(upper).Where(one, graph.Scalar(-Never));
        return ((numbers - lower) * perUnit).Maximum(least).Minimum(most);
    }
}
