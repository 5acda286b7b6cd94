using Microsoft.ML.Attention.Model;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>A stage's columns found in one input schema, their types checked.</summary>
sealed record BoundColumns(IReadOnlyList<TokenColumn> Inputs, TokenColumn? Keys, TokenColumn? Values, DataViewSchema.Column? Mask,
    DataViewSchema.Column? Bias)
{
    /// <summary>Query tokens in a row; null where they vary.</summary>
    public int? QueryLength => Inputs.Aggregate((int?)0, (sum, column) => sum + column.Length);

    /// <summary>Key tokens in a row; null where they vary.</summary>
    public int? KeyLength => Keys is null ? QueryLength : Keys.Length;

    /// <summary>The columns of tokens: the inputs, then the keys, then the values.</summary>
    public IEnumerable<(TokenColumn Column, TokenRole Role)> Tokens =>
        [.. Inputs.Select(c => (c, TokenRole.Input)), .. Keys is null ? [] : new[] { (Keys, TokenRole.Key) }, .. Values is null
            ? []
            : new[] { (Values, TokenRole.Value) }];

    /// <summary>All of them, each once.</summary>
    public IEnumerable<DataViewSchema.Column> Columns =>
        [.. Tokens.Select(t => (DataViewSchema.Column?)t.Column.Column).Append(Mask).Append(Bias).OfType<DataViewSchema.Column>()
            .DistinctBy(c => c.Index)];

    /// <summary>Whether the input columns are of one kind, ids or numbers of one width, and so one field;
    /// otherwise each is a field of its own.</summary>
    public bool IsOneField => Inputs.Select(c => (c.HoldsIds, c.Width)).Distinct().Count() == 1;

    /// <summary>The columns of a field of the stage.</summary>
    public IReadOnlyList<TokenColumn> Of(Architecture a, int field) => a.Fields[field].Role switch
    {
        TokenRole.Input => a.Fields[field].IsPerElement
            ? [.. a.Fields[field].Columns.Select(column => Inputs[column])]
            : a.Inputs.Count == 1 ? Inputs : [Inputs[field]],
        TokenRole.Key => [Keys!],
        _ => [Values!],
    };

    /// <exception cref="ArgumentException">A column is missing or of the wrong type; the message names it,
    /// what it is and what was needed.</exception>
    public static BoundColumns Bind(StageColumns columns, TokenWidths widths, DataViewSchema schema)
    {
        var several = columns.Inputs.Count > 1;
        TokenColumn[] inputs = columns.TokenPerElement ? [.. columns.Inputs.Select(name => TokenColumn.OfElements(Find(name)))]
            : [.. columns.Inputs.Select((name, i) =>
                TokenColumn.Of(Find(name), widths.Inputs[i], null, "EmbeddingDimension", several, columns.Order))];
        var keys = columns.Keys is null
            ? null
            : TokenColumn.Of(Find(columns.Keys), widths.Keys, widths.Otherwise, "KeyDimension", isOneOfSeveral: false, columns.Order);
        var values = columns.Values is null ? null
            : TokenColumn.Of(Find(columns.Values), widths.Values, keys is { HoldsIds: false } ? keys.Width : widths.Otherwise,
                "ValueDimension", isOneOfSeveral: false, columns.Order);
        if (keys?.Length is int k && values?.Length is int v && k != v)
            throw new ArgumentException(
                $"Each key needs a value, but column '{keys.Name}' has {k} tokens and column '{values.Name}' has {v}.");
        var bound = new BoundColumns(inputs, keys, values,
            VectorOf(columns.Mask, BooleanDataViewType.Instance, "one for each key token"),
            VectorOf(columns.Bias, NumberDataViewType.Single, "one for each query and key token, or for each head, query and key token"));
        if (!bound.IsOneField && inputs.FirstOrDefault(c => c.Length is null) is { } ragged)
            throw new ArgumentException(
                $"Input columns {(inputs.Any(c => c.HoldsIds) ? "of token ids and of numbers" : "of different widths")} need a fixed "
                    + $"number of tokens each, but column '{ragged.Name}' is {ragged.Column.Type}.");
        bound.CheckLength(bound.Mask, s => s == bound.KeyLength, $"{bound.KeyLength}, one for each key token");
        return bound;

        DataViewSchema.Column Find(string name) => schema.GetColumnOrNull(name)
            ?? throw new ArgumentException(
                $"There is no column '{name}'. There are: {string.Join(", ", schema.Select(c => c.Name).Distinct())}.");

        DataViewSchema.Column? VectorOf(string? name, PrimitiveDataViewType item, string meaning)
        {
            if (name is null)
                return null;
            var column = Find(name);
            return column.Type is VectorDataViewType vector && vector.ItemType == item ? column
                : throw new ArgumentException($"Column '{name}' is {column.Type}, but must be a vector of {item}, {meaning}.");
        }
    }

    /// <summary>The columns of the other side of pairs, which are computed as these are.</summary>
    /// <param name="columns">The stage's columns.</param>
    /// <param name="widths">How wide their tokens are.</param>
    /// <param name="schema">Where they are.</param>
    /// <param name="needsOneLength">Whether rows of these columns are of one length that the other side must have.</param>
    /// <returns>Null where there are none.</returns>
    /// <exception cref="ArgumentException">A column is missing, or of another kind than the one that it is compared with;
    /// the message names both.</exception>
    public BoundColumns? BindPairs(StageColumns columns, TokenWidths widths, DataViewSchema schema, bool needsOneLength)
    {
        if (columns.Pairs is not { } names)
            return null;
        var pairs = Bind(columns with { Inputs = names }, widths, schema);
        foreach (var (own, other) in Inputs.Zip(pairs.Inputs))
        {
            if (own.HoldsIds != other.HoldsIds || own.Width != other.Width || own.KeyCount != other.KeyCount
                || (!IsOneField || needsOneLength || columns.TokenPerElement) && own.Length != other.Length)
                throw new ArgumentException($"Pair column '{other.Name}' is {other.Column.Type}, but column '{own.Name}' is "
                    + $"{own.Column.Type}: both sides of a pair are read alike"
                    + (own.HoldsIds && other.HoldsIds ? ", so map both to one set of keys (MapValueToKey's keyData)." : "."));
        }
        return pairs;
    }

    void CheckLength(DataViewSchema.Column? column, Func<int, bool> fits, string needed)
    {
        if (column?.Type is VectorDataViewType { IsKnownSize: true } vector && KeyLength is not null && !fits(vector.Size))
            throw new ArgumentException($"Column '{column.Value.Name}' has {vector.Size} values in a row; needed are {needed}.");
    }
}

/// <summary>Numbers in one token of each column, where known before the schema is.</summary>
/// <param name="Inputs">Of each input column.</param>
/// <param name="Keys">Of the key column.</param>
/// <param name="Values">Of the value column.</param>
/// <param name="Otherwise">Of keys, and of values, where nothing else says it.</param>
sealed record TokenWidths(IReadOnlyList<int?> Inputs, int? Keys, int? Values, int? Otherwise = null)
{
    /// <summary>Those a fitted stage has.</summary>
    public static TokenWidths Of(Architecture a, int columns)
    {
        return new([.. Enumerable.Range(0, columns).Select(i =>
            a.ElementTokens is null ? WidthOf(a.Inputs[a.Inputs.Count == 1 ? 0 : i]) : null)], WidthOf(a.Keys), WidthOf(a.Values));

        static int? WidthOf(TokenField? field) => field is { HoldsIds: false } ? field.Width : null;
    }
}
