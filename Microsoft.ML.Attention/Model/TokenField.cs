using System.Text.Json.Serialization;

namespace Microsoft.ML.Attention.Model;

/// <summary>What the tokens of a field are to attention.</summary>
enum TokenRole
{
    /// <summary>Tokens that are carried on: the queries, and in self-attention the keys and values too.</summary>
    Input,

    /// <summary>The keys of cross-attention, and its values where there are no others.</summary>
    Key,

    /// <summary>The values of cross-attention.</summary>
    Value,
}

/// <summary>
/// Tokens that every row brings to the graph as one tensor: those of one column, or of several columns of one kind, one after the other.
/// The list of a stage's fields is what its columns are bound to, its rows are read into and padded by, its graph has for inputs, and its
/// tensors are laid out for.
/// </summary>
/// <param name="Width">Numbers in one token; 1 of ids.</param>
/// <param name="Role">What they are to attention.</param>
/// <param name="Length">Tokens in every row, where several fields make one sequence; null where it may vary.</param>
sealed record TokenField(int Width, TokenRole Role = TokenRole.Input, int? Length = null)
{
    /// <summary>For each of the columns, where tokens are ids, the number of its table; empty where they are numbers.</summary>
    public IReadOnlyList<int> Tables { get; init => field = new ValueList<int>(value); } = new ValueList<int>([]);

    /// <summary>
    /// For each of the columns, where every element of it is a token with tensors of its own, how many it has; otherwise empty. Numbers are
    /// then one frame, as wide as all columns together, and each id counts through a table of its index.
    /// </summary>
    public IReadOnlyList<int> Elements { get; init => field = new ValueList<int>(value); } = new ValueList<int>([]);

    /// <summary>Which of the input columns they are, where every element is a token; otherwise empty.</summary>
    public IReadOnlyList<int> Columns { get; init => field = new ValueList<int>(value); } = new ValueList<int>([]);

    [JsonIgnore]
    public bool IsPerElement => Elements.Count > 0;

    [JsonIgnore]
    public bool HoldsIds => Tables.Count > 0;

    /// <summary>Ids of columns with these tables.</summary>
    public static TokenField OfIds(IReadOnlyList<int> tables, TokenRole role = TokenRole.Input, int? length = null) =>
        new(1, role, length) { Tables = tables };
}
