using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pictures;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention;

/// <summary>Where each head looks, for one row of data: a map a head, its rows the query tokens, its columns the key tokens,
/// its colours the attention weights.</summary>
/// <remarks>
/// All maps of a drawing have one scale, from 0 to the largest weight. Up to 4,096 weights, a drawing says each one's value under the
/// pointer; beyond, the largest of each head. The page says every value, at any number, as it holds each as it is: 4 bytes,
/// written as 5⅓ characters.
/// </remarks>
public sealed partial class AttentionMaps : AttentionPicture
{
    /// <summary>How far from 1 a query's weights may add up when each is rounded to bfloat16, whose steps are 2⁻⁸ of a number.</summary>
    const double Rounding = 1.0 / 256;

    readonly IReadOnlyList<HeadMap> _maps;
    readonly int _queries, _keys;
    readonly IReadOnlyList<string>? _queryTokens, _keyTokens;

    /// <summary>The maps of these attention weights.</summary>
    /// <param name="weights">The weights: <c>[L, H, T, S]</c>, <c>[H, T, S]</c> for one layer, or <c>[T,
    /// S]</c> for a single matrix, such as attention rollout.</param>
    /// <param name="tokens">The texts of the query tokens, <c>T</c>; unset: their positions, counted from 0.</param>
    /// <param name="keyTokens">The texts of the key tokens, <c>S</c>; unset: <paramref name="tokens"/> where <c>T</c> equals <c>S</c>,
    /// otherwise their positions.</param>
    /// <exception cref="ArgumentException">The weights have another number of axes or no values,
    /// or there are more or fewer texts than tokens.</exception>
    public AttentionMaps(AttentionTensor weights, IReadOnlyList<string>? tokens = null, IReadOnlyList<string>? keyTokens = null)
        : base("Attention")
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Shape.Count is < 2 or > 4 || weights.Values.IsEmpty)
            throw new ArgumentException($"Attention weights are {weights}, but must be [layers, heads, queries, keys], [heads, queries, "
                + "keys] or [queries, keys], none of them 0.", nameof(weights));
        (_queries, _keys) = ((int)weights.Shape[^2], (int)weights.Shape[^1]);
        _queryTokens = Checked(tokens, _queries, "query", weights);
        _keyTokens = Checked(keyTokens ?? (_queries == _keys ? tokens : null), _keys, "key", weights);
        var layers = weights.Shape.Count == 4 ? (int?)weights.Shape[0] : null;
        var heads = weights.Shape.Count >= 3 ? (int?)weights.Shape[^3] : null;
        _maps =
        [
            .. from layer in Enumerable.Range(0, layers ?? 1)
               from head in Enumerable.Range(0, heads ?? 1)
               select new HeadMap(layers is null ? null : layer, heads is null ? null : head,
                   weights.Values.Slice((layer * (heads ?? 1) + head) * _queries * _keys, _queries * _keys)),
        ];
    }

    AttentionMaps(AttentionMaps all, IReadOnlyList<HeadMap> some) : base(all.Title) =>
        (_maps, _queries, _keys, _queryTokens, _keyTokens) = (some, all._queries, all._keys, all._queryTokens, all._keyTokens);

    /// <summary>The maps of one row of a view that has a column of attention weights, such as
    /// <see cref="MultiHeadAttentionOptions.AttentionWeightsColumnName"/> makes.</summary>
    /// <remarks>
    /// Where the column's type leaves the numbers of tokens open, they are those of the texts; without texts, queries and keys are
    /// taken for the same tokens.
    /// A column that a stage with patches wrote says how they lie: the texts may then be those of the frames, and a token says its
    /// first and last one, by their
    /// places where there are no texts; a class token is named so.
    /// </remarks>
    /// <param name="view">The view; read up to the row.</param>
    /// <param name="weightsColumnName">The attention weights: a vector of Single of <c>[L, H, T, S]</c>, <c>[H, T,
    /// S]</c> or <c>[T, S]</c>.</param>
    /// <param name="row">The row, counted from 0. Default: the first.</param>
    /// <param name="tokensColumnName">The texts of the (query) tokens: a vector of Text, or of keys that have text values.
    /// Default: their positions.</param>
    /// <param name="keyTokensColumnName">The same for the key tokens of cross-attention. Default: the query tokens where there are as many,
    /// otherwise their positions.</param>
    /// <param name="title">What stands above the maps. Default: the row, as in <c>Attention of row 0</c>.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type,
    /// or the weights cannot be divided into tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The view has no such row.</exception>
    public static AttentionMaps Read(IDataView view, string weightsColumnName, long row = 0, string? tokensColumnName = null,
        string? keyTokensColumnName = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentException.ThrowIfNullOrEmpty(weightsColumnName);
        InvariantText.ThrowIfBelow(0, row);
        var read = PictureRow.Read(view, weightsColumnName, row, tokensColumnName, keyTokensColumnName);
        var frames = TokenFrames.Of(read.WeightsColumn);
        if (frames is { } spans)
            read = read with
            {
                Tokens = read.Tokens is null ? null : spans.Labels(read.Tokens),
                KeyTokens = read.KeyTokens is null
                ? null
                : spans.Labels(read.KeyTokens)
            };
        var weights = new AttentionTensor(Shape(read, row), read.Weights);
        var (tokens, keyTokens) = (read.Tokens ?? frames?.Labels((int)weights.Shape[^2], frames.Value.Queries), read.KeyTokens);
        if (keyTokens is null && (read.Tokens is null || weights.Shape[^2] != weights.Shape[^1]))
            keyTokens = frames?.Labels((int)weights.Shape[^1], frames.Value.Keys);
        return new AttentionMaps(weights, tokens, keyTokens) { Title = title ?? $"Attention of row {row}" };
    }

    /// <summary>Only the maps of some heads.</summary>
    /// <param name="chosen">Whether to keep a layer's head, both counted from 0; where only one layer was given, it is layer 0.</param>
    /// <exception cref="ArgumentException">No head is left.</exception>
    public AttentionMaps Where(Func<int, int, bool> chosen)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        HeadMap[] some = [.. _maps.Where(map => chosen(map.Layer ?? 0, map.Head ?? 0))];
        return some.Length > 0
            ? new AttentionMaps(this, some)
            : throw new ArgumentException($"None of the {_maps.Count} heads was chosen.", nameof(chosen));
    }

    float Most => _maps.Max(map => map.Most);

    /// <summary>The maps a layer; one group where layers are not told apart.</summary>
    IEnumerable<IGrouping<int?, HeadMap>> Layers => _maps.GroupBy(map => map.Layer);

    /// <summary>The column's dimensions, the open ones found from the row.</summary>
    static long[] Shape(PictureRow read, long row)
    {
        var (column, values) = (read.WeightsColumn, read.Weights.Length);
        long[] shape = [.. ((VectorDataViewType)column.Type).Dimensions.Select(size => (long)size)];
        var each = (double)values / shape[..^2].Aggregate(1L, (a, b) => a * b);
        if (shape[^2] == 0)
            shape[^2] = read.Tokens?.Count
                ?? (shape[^1] > 0 ? (long)(each / shape[^1]) : read.KeyTokens is { Count: > 0 } keys
                    ? (long)(each / keys.Count)
                    : (long)Math.Sqrt(each));
        if (shape[^1] == 0)
            shape[^1] = read.KeyTokens?.Count ?? (shape[^2] > 0 ? (long)(each / shape[^2]) : 0);
        if (AttentionTensor.Count(shape) != values || values == 0 || read.Tokens is null && read.KeyTokens is null
            && !RowsAddUpTo1(read.Weights, (int)shape[^1]))
            throw new ArgumentException($"Row {row} of column '{column.Name}' ({column.Type}) has {values} attention weights, which are "
                + $"not those of {Tokens(read.Tokens, "query")} and {Tokens(read.KeyTokens, "key")}; name the columns of the "
                + "tokens' texts.");
        return shape;

        static string Tokens(IReadOnlyList<string>? texts, string kind) =>
            texts is null ? $"as many {kind} tokens" : $"{texts.Count} {kind} tokens";
    }

    /// <summary>Whether the weights of each query add up to 1, or to 0 where it sees nothing:
    /// what numbers divided in the wrong place do not.</summary>
    static bool RowsAddUpTo1(ReadOnlySpan<float> weights, int keys)
    {
        for (; weights.Length >= keys && keys > 0; weights = weights[keys..])
        {
            var sum = 0.0;
            foreach (var weight in weights[..keys])
                sum += weight;
            if (Math.Abs(sum - 1) > Rounding && Math.Abs(sum) > Rounding)
                return false;
        }
        return true;
    }

    static IReadOnlyList<string>? Checked(IReadOnlyList<string>? texts, int count, string kind, AttentionTensor weights) =>
        texts is null || texts.Count == count ? texts is null ? null : [.. texts.Select(TokenText.Visible)]
        : throw new ArgumentException($"Attention weights of {weights} have {count} {kind} tokens, but there are texts for {texts.Count}.");

    static string Token(IReadOnlyList<string>? texts, int position) => texts is null ? $"{position}" : $"{texts[position]} ({position})";
}
