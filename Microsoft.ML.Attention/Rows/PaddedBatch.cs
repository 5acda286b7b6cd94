using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Rows;

/// <summary>The tensors of one run: a group's rows side by side, each filled up to the longest.
/// Its memory serves every run of a cursor.</summary>
sealed class PaddedBatch : IDisposable
{
    readonly RaggedRows _rows;
    readonly PaddedTensor<float>[] _numbers;
    readonly PaddedTensor<long>[] _ids;
    readonly PaddedTensor<bool> _mask = new();
    readonly PaddedTensor<bool> _queryMask = new();
    readonly PaddedTensor<float> _bias = new();

    public PaddedBatch(RaggedRows rows)
    {
        _rows = rows;
        _numbers = [.. rows.Fields.Select(_ => new PaddedTensor<float>())];
        _ids = [.. rows.Fields.Select(_ => new PaddedTensor<long>())];
    }

    /// <summary>Fills and adds the inputs of a graph.</summary>
    /// <param name="group">The rows.</param>
    /// <param name="variant">Which inputs the graph has.</param>
    /// <param name="names">What they are called.</param>
    /// <param name="inputs">Where they are added; valid until the next group is filled.</param>
    /// <param name="run">The group's index in its window.</param>
    public void Fill(LengthGroup group, ScoringVariant variant, ScoringNames names, NamedTensors inputs, int run = 0)
    {
        for (var i = 0; i < _rows.Fields.Length; i++)
            inputs.Add(names.Fields[i][0], Tokens(i, group, run));
        if (variant.HasMask)
            inputs.Add(names.Mask, Mask(group, run));
        if (variant.HasQueryMask)
            inputs.Add(names.QueryMask, Present(_queryMask, group, group.QueryFrames, row => _rows.Frames(row).Queries));
        if (variant.HasBias)
            inputs.Add(names.Bias, Bias(group));
    }

    OrtValue Tokens(int i, LengthGroup group, int run)
    {
        var field = _rows.Fields[i];
        var length = field.Field.Role != TokenRole.Input ? group.KeyFrames : _rows.Layout.Inputs == 1
            ? group.QueryFrames
            : field.Count(group.Rows[0]);
        return field.Field.HoldsIds
            ? _ids[i].Fill(field.Ids, group, run, 1, length, -1, scalarTokens: true)
            : _numbers[i].Fill(field.Numbers, group, run, field.Field.Width, length, 0);
    }

    /// <summary>The rows' own masks, or true for every token there is; false for padding.</summary>
    OrtValue Mask(LengthGroup group, int run) => _rows.Mask is null
        ? Present(_mask, group, group.KeyFrames, row => _rows.Frames(row).Keys)
        : _mask.Fill(_rows.Mask, group, run, 1, group.KeyFrames, false, scalarTokens: true);

    /// <summary>Each row's <c>[H, T, S]</c> within the padded one.</summary>
    OrtValue Bias(LengthGroup group)
    {
        var heads = _rows.Layout.NumberOfHeads;
        var target = _bias.Reserve(group.Rows.Count, heads, group.Queries, group.Keys);
        target.Clear();
        foreach (var row in group.Rows)
        {
            var source = _rows.Bias![row];
            var (queries, keys) = _rows.Lengths(row);
            for (var h = 0; h < heads; h++)
            {
                for (var t = 0; t < queries; t++)
                    source.Slice((h * queries + t) * keys, keys).CopyTo(target[(t * group.Keys)..]);
                target = target[(group.Queries * group.Keys)..];
            }
        }
        return _bias.Value;
    }

    static OrtValue Present(PaddedTensor<bool> mask, LengthGroup group, int length, Func<int, int> lengthOf)
    {
        var target = mask.Reserve(group.Rows.Count, length);
        for (var i = 0; i < group.Rows.Count; i++)
            for (var t = 0; t < length; t++)
                target[i * length + t] = t < lengthOf(group.Rows[i]);
        return mask.Value;
    }

    public void Dispose()
    {
        foreach (var tensor in _numbers)
            tensor.Dispose();
        foreach (var tensor in _ids)
            tensor.Dispose();
        _mask.Dispose();
        _queryMask.Dispose();
        _bias.Dispose();
    }
}
