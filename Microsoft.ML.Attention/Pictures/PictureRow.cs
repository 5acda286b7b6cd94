using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pictures;

/// <summary>One row of a view: its attention weights, and the texts of its tokens.</summary>
sealed record PictureRow(DataViewSchema.Column WeightsColumn, float[] Weights, IReadOnlyList<string>? Tokens,
    IReadOnlyList<string>? KeyTokens)
{
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The view has no such row.</exception>
    public static PictureRow Read(IDataView view, string weights, long row, string? tokens, string? keyTokens)
    {
        var weightsColumn = Find(view, weights);
        if (weightsColumn.Type is not VectorDataViewType { ItemType: var item, Dimensions.Length: 2 or 3 or 4 }
            || item != NumberDataViewType.Single)
            throw new ArgumentException($"Column '{weights}' is {weightsColumn.Type}, but attention weights are a vector of Single of 2 "
                + "to 4 dimensions: [layers, heads, queries, keys], the last two at least.");
        var (tokensColumn, keyTokensColumn) = (FindTokens(view, tokens), FindTokens(view, keyTokens));

        using var cursor = view.GetRowCursor(
            [.. new[] { weightsColumn, tokensColumn, keyTokensColumn }.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index)]);
        var getWeights = cursor.GetGetter<VBuffer<float>>(weightsColumn);
        var (getTokens, getKeyTokens) = (TextsGetter(cursor, tokensColumn), TextsGetter(cursor, keyTokensColumn));
        for (var at = 0L; at <= row; at++)
            if (!cursor.MoveNext())
                throw new ArgumentOutOfRangeException(nameof(row), row,
                    $"There is no row {row}: the view has {at} rows, and they count from 0.");
        VBuffer<float> values = default;
        getWeights(ref values);
        return new(weightsColumn, [.. values.DenseValues()], getTokens?.Invoke(), getKeyTokens?.Invoke());
    }

    static DataViewSchema.Column Find(IDataView view, string name) => view.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException(
            $"There is no column '{name}'. There are: {string.Join(", ", view.Schema.Select(c => c.Name).Distinct())}.");

    static DataViewSchema.Column? FindTokens(IDataView view, string? name)
    {
        if (name is null)
            return null;
        var column = Find(view, name);
        var named = column.Type is VectorDataViewType vector
            && (vector.ItemType == TextDataViewType.Instance || vector.ItemType is KeyDataViewType && column.HasKeyValues());
        return named
            ? column
            : throw new ArgumentException(
                $"Column '{name}' is {column.Type}, but the texts of tokens are a vector of Text, or of keys that have text values.");
    }

    static Func<IReadOnlyList<string>>? TextsGetter(DataViewRow row, DataViewSchema.Column? column) => column is not { } c ? null
        : ((VectorDataViewType)c.Type).ItemType == TextDataViewType.Instance ? Texts(row, c) : KeyTexts(row, c);

    static Func<IReadOnlyList<string>> Texts(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        return () =>
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            get(ref texts);
            return [.. texts.DenseValues().Select(text => text.ToString())];
        };
    }

    static Func<IReadOnlyList<string>> KeyTexts(DataViewRow row, DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        string[] texts = [.. names.DenseValues().Select(text => text.ToString())];
        var get = IdGetter.Of(row, column);
        return () =>
        {
            var ids = new long[get.Get()];
            get.CopyTo(ids);
            return [.. ids.Select(id => id < 0 ? "" : texts[id])];
        };
    }
}
