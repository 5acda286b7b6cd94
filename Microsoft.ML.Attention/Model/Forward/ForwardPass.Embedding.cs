using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From columns to the tokens that enter the first layer.</summary>
sealed partial class ForwardPass
{
    /// <summary>The tokens <c>[B, T, M]</c>; where they are, <c>[B, T]</c>, null for everywhere; and what masked reconstruction reads out.</summary>
    (Value Tokens, Value? Mask, IReadOnlyList<Value> Targets) Embed(ForwardInputs inputs)
    {
        var mask = _a.IsCrossAttention ? null : inputs.Mask;
        if (_a.ReadsTokenIds)
        {
            var ids = inputs.Tokens[0];
            if (inputs.MayMissIds)
            {
                var zero = graph.Scalar(0, ElementType.Int64);
                mask = And(mask, ids.GreaterOrEqual(zero));
                ids = ids.Maximum(zero);
            }
            var embedded = parameters["embedding.weight"].Gather(ids);                      // [B, T, M]
            return (AddPositions(Convolve(Hide([Keep(mask, embedded)], inputs.Hidden)[0], mask)), mask, inputs.Tokens);
        }
        // Columns of one width are one sequence; columns of several widths become one after each has its own projection.
        Value[] columns = _a.InputWidths.Count == 1 ? [Keep(mask, Join(inputs.Tokens))] : KeepEach(mask, inputs.Tokens);
        columns = Standardize(columns, "input");
        Value[] shown = [.. Hide(columns, inputs.Hidden).Select(Narrow)];
        var x = Join(_a.ProjectsInputs ? [.. shown.Select((c, i) => Linear(_a.InputPrefix(i), c))] : shown);
        return (AddPositions(Convolve(x, mask)), mask, columns);
    }

    Value[] KeepEach(Value? mask, IReadOnlyList<Value> columns)
    {
        if (mask is null)
            return [.. columns];
        var masks = mask.Split(1, Lengths(columns));
        return [.. columns.Zip(masks, (column, m) => Keep(m, column))];
    }

    /// <summary><c>(x - mean) scale</c>, element by element, where Fit learned them.</summary>
    Value[] Standardize(Value[] columns, string source)
    {
        if (!parameters.TryGetValue($"{source}_mean", out var mean))
            return columns;
        var scale = parameters[$"{source}_scale"];
        if (columns.Length == 1)
            return [(columns[0] - mean) * scale];
        long[] widths = [.. _a.InputWidths.Select(w => (long)w)];
        var (means, scales) = (mean.Split(0, widths), scale.Split(0, widths));
        return [.. columns.Select((c, i) => (c - means[i]) * scales[i])];
    }

    /// <summary>Puts the mask token where masked reconstruction hides a token; zeros where there is no mask token.</summary>
    Value[] Hide(Value[] columns, Value? hidden)
    {
        if (hidden is null)
            return columns;
        var token = parameters.GetValueOrDefault("mask_token");
        if (columns.Length == 1)
            return [hidden.Unsqueeze(2).Where(token ?? graph.Scalar(0), columns[0])];
        var each = hidden.Split(1, Lengths(columns));
        var tokens = token?.Split(0, [.. _a.InputWidths.Select(w => (long)w)]);
        return [.. columns.Select((c, i) => each[i].Unsqueeze(2).Where(tokens?[i] ?? graph.Scalar(0), c))];
    }

    static long[] Lengths(IEnumerable<Value> columns) => [.. columns.Select(c => c.Shape[1].Size)];

    static Value Join(IReadOnlyList<Value> columns) => columns.Count == 1 ? columns[0] : Operators.Concat(1, [.. columns]);

    /// <summary>What the keys and values of cross-attention are projected from.</summary>
    (Value Keys, Value Values) CrossSource(ForwardInputs inputs)
    {
        var keys = Narrow(Standardize([Keep(inputs.Mask, inputs.Keys!)], "key")[0]);
        var values = inputs.Values is null ? keys : Narrow(Standardize([Keep(inputs.Mask, inputs.Values)], "value")[0]);
        return (keys, values);
    }
}
