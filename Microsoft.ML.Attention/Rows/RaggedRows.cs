namespace Microsoft.ML.Attention.Rows;

/// <summary>Rows of unequal lengths in memory: what a cursor reads ahead, and what Fit keeps.</summary>
sealed class RaggedRows(RowLayout layout)
{
    readonly List<(int Queries, int Keys)> _lengths = [];

    public RowLayout Layout => layout;

    /// <summary>Embeddings: <c>T*E</c> values a row, one field for each token input.</summary>
    public RaggedField<float>[] Tokens { get; } = [.. layout.Widths.Select(_ => new RaggedField<float>())];

    /// <summary>Token ids: <c>T</c> a row, counted from 0, -1 where missing; null where tokens are embeddings.</summary>
    public RaggedField<long>? Ids { get; } = layout.ReadsTokenIds ? new() : null;

    /// <summary><c>S*E</c> values a row.</summary>
    public RaggedField<float>? Keys { get; } = layout.KeyWidth is null ? null : new();

    /// <summary><c>S*E</c> values a row.</summary>
    public RaggedField<float>? Values { get; } = layout.ValueWidth is null ? null : new();

    /// <summary><c>S</c> values a row, true where there is a token.</summary>
    public RaggedField<bool>? Mask { get; } = layout.HasMask ? new() : null;

    /// <summary><c>H*T*S</c> values a row.</summary>
    public RaggedField<float>? Bias { get; } = layout.HasBias ? new() : null;

    public int Count => _lengths.Count;

    /// <summary>Query tokens <c>T</c> and key tokens <c>S</c> of a row.</summary>
    public (int Queries, int Keys) Lengths(int row) => _lengths[row];

    /// <summary>Ends the row whose values have been appended to every field.</summary>
    public void Complete(int queries, int keys) => _lengths.Add((queries, keys));

    /// <summary>Numbers that the rows hold, masks apart.</summary>
    public long Numbers => Tokens.Sum(f => (long)f.All.Length) + (Ids?.All.Length ?? 0) + (Keys?.All.Length ?? 0) + (Values?.All.Length ?? 0) + (Bias?.All.Length ?? 0);

    /// <summary>The places of a row's query tokens that are there.</summary>
    public int[] Present(int row) => [.. Enumerable.Range(0, _lengths[row].Queries).Where(t => HasQuery(row, t))];

    /// <summary>Whether every number of the tokens that are there is finite, and every one of the bias too, or negative infinity.</summary>
    public bool IsFinite(int row)
    {
        var place = 0;
        for (var i = 0; i < Tokens.Length; i++)
        {
            var width = layout.Widths[i];
            var count = Tokens[i][row].Length / width;
            for (var t = 0; t < count; t++)
                if (HasQuery(row, place + t) && !IsFinite(Tokens[i][row].Slice(t * width, width)))
                    return false;
            place += count;
        }
        for (var s = 0; s < _lengths[row].Keys; s++)
            if (HasKey(row, s) && !(IsFinite(Keys, row, s, layout.KeyWidth) && IsFinite(Values, row, s, layout.ValueWidth)))
                return false;
        foreach (var number in Bias is null ? [] : Bias[row])
            if (!(number < float.PositiveInfinity))
                return false;
        return true;
    }

    /// <summary>The mask speaks of the queries in self-attention alone.</summary>
    public bool HasQuery(int row, int token) => (layout.IsCrossAttention || HasKey(row, token)) && (Ids is null || Ids[row][token] >= 0);

    public bool HasKey(int row, int token) => Mask is null || Mask[row][token];

    static bool IsFinite(RaggedField<float>? field, int row, int token, int? width) =>
        field is null || IsFinite(field[row].Slice(token * width!.Value, width.Value));

    static bool IsFinite(ReadOnlySpan<float> numbers)
    {
        foreach (var number in numbers)
            if (!float.IsFinite(number))
                return false;
        return true;
    }

    public void Clear()
    {
        _lengths.Clear();
        foreach (var field in Tokens)
            field.Clear();
        Ids?.Clear();
        Keys?.Clear();
        Values?.Clear();
        Mask?.Clear();
        Bias?.Clear();
    }
}
