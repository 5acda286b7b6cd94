using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Rows;

/// <summary>The tensors of one run: a group's rows side by side, each filled up to the longest. Its memory serves every run of a cursor.</summary>
sealed class PaddedBatch : IDisposable
{
    readonly RaggedRows _rows;
    readonly PaddedTensor<float>[] _tokens;
    readonly PaddedTensor<long> _ids = new();
    readonly PaddedTensor<float> _keys = new();
    readonly PaddedTensor<float> _values = new();
    readonly PaddedTensor<bool> _mask = new();
    readonly PaddedTensor<bool> _queryMask = new();
    readonly PaddedTensor<float> _bias = new();

    public PaddedBatch(RaggedRows rows)
    {
        _rows = rows;
        _tokens = [.. rows.Tokens.Select(_ => new PaddedTensor<float>())];
    }

    /// <summary>Fills and adds the inputs of a graph.</summary>
    /// <param name="group">The rows.</param>
    /// <param name="variant">Which inputs the graph has.</param>
    /// <param name="names">What they are called.</param>
    /// <param name="inputs">Where they are added; valid until the next group is filled.</param>
    /// <param name="run">The group's index in its window.</param>
    public void Fill(LengthGroup group, ScoringVariant variant, ScoringNames names, NamedTensors inputs, int run = 0)
    {
        var layout = _rows.Layout;
        if (_rows.Ids is not null)
            inputs.Add(names.Tokens[0], _ids.Fill(_rows.Ids, group, run, 1, group.QueryFrames, -1, scalarTokens: true));
        for (var i = 0; i < _tokens.Length; i++)
            inputs.Add(names.Tokens[i], Tokens(i, group, run));
        if (_rows.Keys is not null)
            inputs.Add(names.Keys, _keys.Fill(_rows.Keys, group, run, layout.KeyDimension!.Value, group.KeyFrames, 0));
        if (_rows.Values is not null)
            inputs.Add(names.Values, _values.Fill(_rows.Values, group, run, layout.ValueDimension!.Value, group.KeyFrames, 0));
        if (variant.HasMask)
            inputs.Add(names.Mask, Mask(group, run));
        if (variant.HasQueryMask)
            inputs.Add(names.QueryMask, Present(_queryMask, group, group.QueryFrames, row => _rows.Frames(row).Queries));
        if (variant.HasBias)
            inputs.Add(names.Bias, Bias(group));
    }

    OrtValue Tokens(int input, LengthGroup group, int run)
    {
        var width = _rows.Layout.EmbeddingDimensions[input];
        var length = _tokens.Length == 1 ? group.QueryFrames : _rows.Tokens[input][group.Rows[0]].Length / width;
        return _tokens[input].Fill(_rows.Tokens[input], group, run, width, length, 0);
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
        foreach (var tensor in _tokens)
            tensor.Dispose();
        _ids.Dispose();
        _keys.Dispose();
        _values.Dispose();
        _mask.Dispose();
        _queryMask.Dispose();
        _bias.Dispose();
    }
}
