using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From columns to the tokens that enter the first layer.</summary>
sealed partial class ForwardPass
{
    /// <summary>
    /// The tokens <c>[B, T, M]</c>; where they are, <c>[B, T]</c>, null for everywhere; and what masked reconstruction reads out. With
    /// patches, the inputs are frames, and all of this is of patches. Last, the mean and deviation of each channel of the row, <c>[B,
    /// 2E]</c>, where rows are standardized.
    /// </summary>
    (Value Tokens, Value? Mask, IReadOnlyList<Value> Targets, Value? RowStatistics) Embed(ForwardInputs inputs)
    {
        var fields = FieldsOf(TokenRole.Input, inputs);
        if (_a.ElementTokens is not null)
            return EmbedElements(fields, inputs);
        var types = (Value?)null;
        if (_a.TokenTypesInIds)
            (fields[0].Tokens, types) = Typed(fields[0].Tokens);
        var mask = There(fields, _a.IsCrossAttention ? inputs.QueryMask : inputs.Mask, inputs.MayMissIds);
        var masks = fields.Length == 1 ? [mask] : mask?.Split(1, Lengths(fields)) ?? new Value?[fields.Length];
        Value[] columns = [.. fields.Select((f, i) => Keep(masks[i], f.Field.HoldsIds ? Embedded(f, inputs.MayMissIds) : f.Tokens))];
        columns = Standardize(fields, columns, TokenRole.Input);
        Value? statistics = null;
        if (_a.StandardizeRows)
            (columns, statistics) = StandardizeRows(fields, columns, masks);
        Value[] shown = [.. Hide(columns, inputs.Hidden).Select(Narrow)];
        if (_a.ProjectsInputs)
            shown = [.. shown.Select((c, i) => fields[i].Field.HoldsIds ? c : Linear(_a.InputOf(i), c))];
        var x = shown.Length == 1 ? shown[0] : Operators.Concat(1, shown);
        Value[] targets = [.. fields.Select((f, i) => f.Field.HoldsIds ? f.Tokens : columns[i])];
        if (_a.PatchLength is not null)
        {
            (x, targets) = (Linear(ModuleNames.Patch, Patch(Keep(mask, x))),
                [.. targets.Select((t, i) => fields[i].Field.HoldsIds ? t : Patch(Keep(masks[i], t)))]);
            mask = PatchMask(mask);
        }
        return (Placed(Convolve(x, mask), types), mask, targets, statistics);
    }

    /// <summary>From ids that count through the table once for each type to those of the table, and the types; what is missing stays so,
    /// and is of the first type.</summary>
    (Value Ids, Value Types) Typed(Value ids)
    {
        var count = _a.TableSizes[0];
        var types = Enumerable.Range(1, _a.NumberOfTokenTypes!.Value - 1)
            .Select(type => ids.GreaterOrEqual(graph.Scalar((long)type * count, ElementType.Int64)).Cast(ElementType.Int64))
            .Aggregate(ids * graph.Scalar(0, ElementType.Int64), (sum, isBeyond) => sum + isBeyond);
        return (ids - types * graph.Scalar(count, ElementType.Int64), types);
    }

    /// <summary>With what says where each token stands and of which type it is, and normalized, as BERT's embeddings are.
    /// Devlin et al. 2019, section 3.</summary>
    Value Placed(Value x, Value? types = null)
    {
        x = AddPositions(x);
        if (_a.NumberOfTokenTypes is not null)
        {
            var table = parameters[ModuleNames.TokenType.Weight];
            x += types is null ? table.Slice(0, 0, 1).Squeeze(0) : table.Gather(types);
        }
        return _a.EmbeddingNormalization ? Norm(ModuleNames.EmbeddingNorm, x) : x;
    }

    /// <summary>The fields of one role, and the tokens of each.</summary>
    (TokenField Field, Value Tokens)[] FieldsOf(TokenRole role, ForwardInputs inputs) =>
        [.. _a.Fields.Zip(inputs.Fields).Where(f => f.First.Role == role)];

    /// <summary>Where the tokens of a sequence are: where the mask says so, and no id is missing.</summary>
    Value? There((TokenField Field, Value Tokens)[] fields, Value? mask, bool mayMissIds)
    {
        if (!mayMissIds || !fields.Any(f => f.Field.HoldsIds))
            return mask;
        Value[] there = [.. fields.Select(f =>
            f.Field.HoldsIds ? f.Tokens.GreaterOrEqual(graph.Scalar(0, ElementType.Int64)) : Each(f.Tokens))];
        return And(mask, there.Length == 1 ? there[0] : Operators.Concat(1, there));

        // true for each of [B, T, E]
        Value Each(Value tokens) => graph.Scalar(1).ExpandLike(tokens.Slice(2, 0, 1)).Squeeze(2).Greater(graph.Scalar(0));
    }

    /// <summary>The tokens of ids, those that are missing anything.</summary>
    Value Embedded((TokenField Field, Value Tokens) ids, bool mayMissIds) =>
        TableOf(ids.Field).Gather(mayMissIds ? ids.Tokens.Maximum(graph.Scalar(0, ElementType.Int64)) : ids.Tokens);            // [B, T, M]

    /// <summary>The table that the ids of the first input field count through.</summary>
    public Value InputTable => TableOf(_a.Inputs[0]);

    /// <summary>The table that a field's ids count through: the tables of its columns, one below the other.</summary>
    Value TableOf(TokenField field)
    {
        Value[] tables = [.. field.Tables.Distinct().Select(table => parameters[_a.TableOf(table).Weight])];
        return tables.Length == 1 ? tables[0] : Operators.Concat(0, tables);
    }

    /// <summary><c>(x - mean) scale</c>, element by element of those that are numbers, where Fit learned them.</summary>
    Value[] Standardize((TokenField Field, Value Tokens)[] fields, Value[] columns, TokenRole role)
    {
        if (!parameters.TryGetValue(ModuleNames.MeanOf(role), out var mean))
            return columns;
        var scale = parameters[ModuleNames.ScaleOf(role)];
        long[] widths = [.. fields.Where(f => !f.Field.HoldsIds).Select(f => (long)f.Field.Width)];
        var (means, scales) = widths.Length == 1 ? ([mean], [scale]) : (mean.Split(0, widths), scale.Split(0, widths));
        var next = 0;
        return [.. columns.Select((c, i) => fields[i].Field.HoldsIds ? c : (c - means[next]) * scales[next++])];
    }

    /// <summary>Each row's channels to mean 0 and deviation 1, over the tokens that are there; and the means,
    /// then the deviations, of all of them.</summary>
    (Value[] Columns, Value Statistics) StandardizeRows((TokenField Field, Value Tokens)[] fields, Value[] columns,
        IReadOnlyList<Value?> masks)
    {
        var (means, deviations) = (new List<Value>(), new List<Value>());
        Value[] standardized = [.. columns.Select((c, i) => fields[i].Field.HoldsIds ? c : Standardized(Keep(masks[i], c), masks[i]))];
        return (standardized, Operators.Concat(1, [.. means, .. deviations]));

        Value Standardized(Value x, Value? mask)
        {
            var mean = MeanOf(x, mask);                                                                         // [B, E]
            var centered = Keep(mask, x - mean.Unsqueeze(1));
            var deviation = MeanOf(centered.Square(), mask).Sqrt();
            means.Add(mean);
            deviations.Add(deviation);
            // A channel that does not change within the row has a deviation of rounding errors alone.
            var changes = deviation.Greater(mean.Abs() * 1e-5 + 1e-30);
            return centered / changes.Where(deviation, graph.Scalar(1)).Unsqueeze(1);
        }
    }

    /// <summary>Puts the mask token where masked reconstruction hides a token; zeros where there is no mask token.</summary>
    Value[] Hide(Value[] columns, Value? hidden)
    {
        if (hidden is null)
            return columns;
        var token = parameters.GetValueOrDefault(ModuleNames.MaskToken);
        if (columns.Length == 1)
            return [hidden.Unsqueeze(2).Where(token ?? graph.Scalar(0), columns[0])];
        var each = hidden.Split(1, [.. columns.Select(c => c.Shape[1].Size)]);
        var tokens = token?.Split(0, [.. columns.Select(c => c.Shape[2].Size)]);
        return [.. columns.Select((c, i) => each[i].Unsqueeze(2).Where(tokens?[i] ?? graph.Scalar(0), c))];
    }

    static long[] Lengths(IEnumerable<(TokenField, Value Tokens)> fields) => [.. fields.Select(f => f.Tokens.Shape[1].Size)];

    /// <summary>What the keys and values of cross-attention are projected from, and where they are, <c>[B, S]</c>;
    /// null for everywhere.</summary>
    (Value Keys, Value Values, Value? Mask) CrossSource(ForwardInputs inputs)
    {
        var (keys, values) = (FieldsOf(TokenRole.Key, inputs), FieldsOf(TokenRole.Value, inputs));
        var mask = There(values, There(keys, inputs.Mask, inputs.MayMissIds), inputs.MayMissIds);
        var source = Of(keys, TokenRole.Key);
        return (source, values.Length == 0 ? source : Of(values, TokenRole.Value), PatchMask(mask));

        Value Of((TokenField Field, Value Tokens)[] field, TokenRole role)
        {
            var tokens = Keep(mask, field[0].Field.HoldsIds ? Embedded(field[0], inputs.MayMissIds) : field[0].Tokens);
            tokens = Narrow(Standardize(field, [tokens], role)[0]);
            return _a.PatchLength is null ? tokens : Patch(Keep(mask, tokens));
        }
    }
}
