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

    /// <summary>Reads from the column's type how its rows divide into tokens.</summary>
    /// <param name="column">The column.</param>
    /// <param name="dimension">Numbers in one token, where known.</param>
    /// <param name="option">The option that says so, for messages.</param>
    /// <param name="isOneOfSeveral">Whether a flat vector may be one token.</param>
    /// <exception cref="ArgumentException">The type is not one of tokens, or contradicts the dimension, or leaves it open.</exception>
    public static TokenColumn Of(DataViewSchema.Column column, int? dimension, string option, bool isOneOfSeveral)
    {
        if (column.Type is not VectorDataViewType vector)
            throw Mismatch(column, "a vector of Single (embeddings) or of a key (token ids)");
        int? size = vector.IsKnownSize ? vector.Size : null;
        if (vector.ItemType is KeyDataViewType key)
            return new TokenColumn(column, 1, size, key.Count);
        if (vector.ItemType != NumberDataViewType.Single)
            throw Mismatch(column, "a vector of Single (embeddings) or of a key (token ids)");

        var declared = vector.Dimensions.Length == 2 && vector.Dimensions[1] > 0 ? vector.Dimensions[1] : (int?)null;
        // A row of the declared shape may also be read as tokens of another width only if the user says so for a flat vector.
        if (declared is not null && dimension is not null && declared != dimension)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}: its tokens have {declared} numbers, but {option} is {dimension}.");
        var width = dimension ?? declared ?? (isOneOfSeveral ? size : null)
            ?? throw new ArgumentException($"Column '{column.Name}' is {column.Type}, which does not say how many numbers a token has: set {option}.");
        if (size is not null && (size == 0 || size % width != 0))
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}: its {size} values are not a multiple of {option} {width}.");
        return new TokenColumn(column, width, size / width, null);
    }

    static ArgumentException Mismatch(DataViewSchema.Column column, string needed) =>
        new($"Column '{column.Name}' is {column.Type}, but attention needs {needed}.");
}
