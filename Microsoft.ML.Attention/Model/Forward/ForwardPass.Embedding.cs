using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From columns to the tokens that enter the first layer.</summary>
sealed partial class ForwardPass
{
    /// <summary>
    /// The tokens <c>[B, T, M]</c>; where they are, <c>[B, T]</c>, null for everywhere; and what masked reconstruction reads out. With patches, the inputs are frames,
    /// and all of this is of patches.
    /// </summary>
    (Value Tokens, Value? Mask, IReadOnlyList<Value> Targets) Embed(ForwardInputs inputs)
    {
        var mask = _a.IsCrossAttention ? inputs.QueryMask : inputs.Mask;
        Value x;
        IReadOnlyList<Value> targets = inputs.Tokens;
        if (_a.ReadsTokenIds)
        {
            var ids = inputs.Tokens[0];
            if (inputs.MayMissIds)
            {
                var zero = graph.Scalar(0, ElementType.Int64);
                mask = And(mask, ids.GreaterOrEqual(zero));
                ids = ids.Maximum(zero);
            }
            x = Hide([Keep(mask, parameters["embedding.weight"].Gather(ids))], inputs.Hidden)[0];       // [B, T, M]
        }
        else
        {
            // Columns of one width are one sequence; columns of several widths become one after each has its own projection.
            Value[] columns = _a.EmbeddingDimensions.Count == 1 ? [Keep(mask, Join(inputs.Tokens))] : KeepEach(mask, inputs.Tokens);
            columns = Standardize(columns, "input");
            targets = _a.PatchLength is null ? columns : [.. columns.Select(c => Patch(Keep(mask, c)))];
            Value[] shown = [.. Hide(columns, inputs.Hidden).Select(Narrow)];
            x = Join(_a.ProjectsInputs ? [.. shown.Select((c, i) => Linear(_a.InputPrefix(i), c))] : shown);
        }
        if (_a.PatchLength is not null)
            (x, mask) = (Linear("patch", Patch(Keep(mask, x))), PatchMask(mask));
        return (AddPositions(Convolve(x, mask)), mask, targets);
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
        long[] widths = [.. _a.EmbeddingDimensions.Select(w => (long)w)];
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
        var tokens = token?.Split(0, [.. _a.EmbeddingDimensions.Select(w => (long)w)]);
        return [.. columns.Select((c, i) => each[i].Unsqueeze(2).Where(tokens?[i] ?? graph.Scalar(0), c))];
    }

    static long[] Lengths(IEnumerable<Value> columns) => [.. columns.Select(c => c.Shape[1].Size)];

    static Value Join(IReadOnlyList<Value> columns) => columns.Count == 1 ? columns[0] : Operators.Concat(1, [.. columns]);

    /// <summary>What the keys and values of cross-attention are projected from.</summary>
    (Value Keys, Value Values) CrossSource(ForwardInputs inputs)
    {
        var keys = Of(inputs.Keys!, "key");
        return (keys, inputs.Values is null ? keys : Of(inputs.Values, "value"));

        Value Of(Value tokens, string source)
        {
            tokens = Narrow(Standardize([Keep(inputs.Mask, tokens)], source)[0]);
            return _a.PatchLength is null ? tokens : Patch(Keep(inputs.Mask, tokens));
        }
    }
}
