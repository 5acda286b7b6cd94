using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>A column of tokens in one input schema.</summary>
/// <param name="Column">The column.</param>
/// <param name="Width">Numbers in one token; 1 where a token is an id.</param>
/// <param name="Length">Tokens in a row; null where it varies.</param>
/// <param name="KeyCount">How many ids there are; null where tokens are embeddings.</param>
sealed record TokenColumn(DataViewSchema.Column Column, int Width, int? Length, ulong? KeyCount)
{
    public string Name => Column.Name;

    public bool HoldsIds => KeyCount is not null;

    /// <summary>The option that says how wide a token is, for messages.</summary>
    public string Option { get; private init; } = "EmbeddingDimension";

    /// <summary>Whether numbers lie element by element.</summary>
    public bool IsTransposed { get; private init; }

    /// <summary>Reads from the column's type how its rows divide into tokens.</summary>
    /// <param name="column">The column.</param>
    /// <param name="dimension">Numbers in one token, where given.</param>
    /// <param name="otherwise">The same, where neither that nor the type says it.</param>
    /// <param name="option">The option that says so, for messages.</param>
    /// <param name="isOneOfSeveral">Whether a flat vector may be one token.</param>
    /// <param name="order">How numbers lie in a row.</param>
    /// <exception cref="ArgumentException">The type is not one of tokens, or contradicts the dimension, or leaves it open.</exception>
    public static TokenColumn Of(DataViewSchema.Column column, int? dimension, int? otherwise, string option, bool isOneOfSeveral,
        ElementOrder order)
    {
        var vector = column.Type as VectorDataViewType;
        int? size = vector is null ? 1 : vector.IsKnownSize ? vector.Size : null;
        var item = vector?.ItemType ?? column.Type;
        if (item is KeyDataViewType key)
            return new TokenColumn(column, 1, size, key.Count) { Option = option };
        if (item != NumberDataViewType.Single)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, but attention needs a vector of Single (embeddings) "
                + $"or of a key (token ids){Remedy.OfTokens(item)}");

        var isTransposed = order == ElementOrder.ElementByElement;
        var declared = vector is null ? 1 : vector.Dimensions.Length == 2 && vector.Dimensions[isTransposed ? 0 : 1] is > 0 and var width1
            ? width1
            : (int?)null;
        // A row of the declared shape may also be read as tokens of another width only if the user says so for a flat vector.
        if (declared is not null && dimension is not null && declared != dimension)
            throw new ArgumentException(
                $"Column '{column.Name}' is {column.Type}: its tokens have {declared} numbers, but {option} is {dimension}.");
        var width = dimension ?? declared ?? otherwise ?? (isOneOfSeveral ? size : null)
            ?? throw new ArgumentException(
                $"Column '{column.Name}' is {column.Type}, which does not say how many numbers a token has: set {option}.");
        if (size is not null && (size == 0 || size % width != 0))
            throw new ArgumentException(
                $"Column '{column.Name}' is {column.Type}: its {size} values are not a multiple of {option} {width}.");
        return new TokenColumn(column, width, size / width, null) { Option = option, IsTransposed = isTransposed && width > 1 };
    }

    /// <summary>A column whose every element is a token: its numbers are one frame, its ids a token each.</summary>
    /// <exception cref="ArgumentException">The type is not one of numbers or ids, or of no fixed size.</exception>
    public static TokenColumn OfElements(DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        if (vector is { IsKnownSize: false })
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, but TokenPerElement needs a fixed number of elements.");
        var (size, item) = (vector?.Size ?? 1, vector?.ItemType ?? column.Type);
        if (item is KeyDataViewType key)
            return new TokenColumn(column, 1, size, key.Count);
        return item == NumberDataViewType.Single ? new TokenColumn(column, size, 1, null)
            : throw new ArgumentException(
                $"Column '{column.Name}' is {column.Type}, but attention needs Single (numbers) or keys (token ids), or vectors of them.");
    }

    /// <summary>Elements of a row, of a column of such.</summary>
    public int Elements => Width * Length!.Value;

    /// <summary>The numbers of the current row; those of a scalar as a vector of one.</summary>
    public ValueGetter<VBuffer<float>> NumbersIn(DataViewRow row)
    {
        if (Column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<float>>(Column);
        var get = row.GetGetter<float>(Column);
        return (ref VBuffer<float> numbers) =>
        {
            var editor = VBufferEditor.Create(ref numbers, 1);
            get(ref editor.Values[0]);
            numbers = editor.Commit();
        };
    }

    /// <summary>The ids of the current row.</summary>
    public IdGetter IdsIn(DataViewRow row) => IdGetter.Of(row, Column);
}
