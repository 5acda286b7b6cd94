using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Rows;

/// <summary>Rows of unequal lengths in memory: what a cursor reads ahead, and what Fit keeps.</summary>
sealed class RaggedRows(RowLayout layout)
{
    readonly List<(int Queries, int Keys)> _frames = [];

    public RowLayout Layout => layout;

    /// <summary>The tokens of each field.</summary>
    public TokenRows[] Fields { get; } = [.. layout.Fields.Select(field => new TokenRows(field))];

    /// <summary><c>S</c> values a row, true where there is a token.</summary>
    public RaggedField<bool>? Mask { get; } = layout.HasMask ? new() : null;

    /// <summary><c>H*T*S</c> values a row.</summary>
    public RaggedField<float>? Bias { get; } = layout.HasBias ? new() : null;

    public int Count => _frames.Count;

    /// <summary>Query tokens <c>T</c> and key tokens <c>S</c> of a row: its patches, where frames become patches.</summary>
    public (int Queries, int Keys) Lengths(int row) => (layout.QueryTokens(_frames[row].Queries), layout.KeyTokens(_frames[row].Keys));

    /// <summary>What of them a row brings in its columns: as many as tokens, but for patches.</summary>
    public (int Queries, int Keys) Frames(int row) => _frames[row];

    /// <summary>Ends the row whose values have been appended to every field.</summary>
    /// <param name="queries">Frames of queries.</param>
    /// <param name="keys">Frames of keys.</param>
    public void Complete(int queries, int keys) => _frames.Add((queries, keys));

    /// <summary>Numbers that the rows hold, masks apart.</summary>
    public long Numbers => Fields.Sum(f => f.Size) + (Bias?.All.Length ?? 0);

    /// <summary>The positions of a row's query tokens that are there.</summary>
    public int[] Present(int row) => [.. Enumerable.Range(0, layout.InputTokens(_frames[row].Queries)).Where(t => HasToken(row, t))];

    /// <summary>Whether every number of the tokens that are there is finite, and every one of the bias too, or negative infinity.</summary>
    public bool IsFinite(int row)
    {
        var first = 0;                                                          // of the field, in the sequence of all inputs
        foreach (var field in Fields)
        {
            var (isInput, count) = (field.Field.Role == TokenRole.Input, field.Count(row));
            for (var t = 0; t < count && !field.Field.HoldsIds; t++)
                if ((isInput ? HasQueryFrame(row, first + t) : HasKeyFrame(row, t))
                    && !IsFinite(field.Token(row, t), field.Field.IsPerElement))
                    return false;
            first += isInput ? count : 0;
        }
        foreach (var number in Bias is null ? [] : Bias[row])
            if (!(number < float.PositiveInfinity))
                return false;
        return true;
    }

    /// <summary>Whether a query token is there: one of its frames. The class token always is.</summary>
    public bool HasQuery(int row, int token) => layout.HasClassToken ? token == 0 || HasToken(row, token - 1) : HasToken(row, token);

    /// <summary>The same, counted without the class token.</summary>
    public bool HasToken(int row, int token) =>
        layout.ElementTokens is not null ? HasElement(row, token) : Any(token, _frames[row].Queries, frame => HasQueryFrame(row, frame));

    /// <summary>Whether a key token is there: one of its frames.</summary>
    public bool HasKey(int row, int token) => Any(token, _frames[row].Keys, frame => HasKeyFrame(row, frame));

    /// <summary>The mask speaks of the queries in self-attention alone.</summary>
    public bool HasQueryFrame(int row, int frame)
    {
        if (!layout.IsCrossAttention && Mask is not null && !Mask[row][frame])
            return false;
        var field = 0;
        for (; field < layout.Inputs - 1 && frame >= Fields[field].Count(row); field++)
            frame -= Fields[field].Count(row);
        return !Fields[field].IsMissing(row, frame);
    }

    /// <summary>Whether the mask lets a key be there, and in cross-attention its ids are not missing.</summary>
    public bool HasKeyFrame(int row, int frame)
    {
        if (Mask is not null && !Mask[row][frame])
            return false;
        for (var field = layout.Inputs; field < Fields.Length; field++)
            if (Fields[field].IsMissing(row, frame))
                return false;
        return true;
    }

    /// <summary>Numbers are always there, as those that are missing have a token of their own.</summary>
    bool HasElement(int row, int token)
    {
        foreach (var field in Fields)
        {
            var count = field.Field.Elements.Sum();
            if (token < count)
                return !field.IsMissing(row, token);
            token -= count;
        }
        return false;
    }

    bool Any(int token, int frames, Func<int, bool> isThere)
    {
        var (start, count) = layout.Patches.Span(token, frames).GetOffsetAndLength(frames);
        for (var frame = start; frame < start + count; frame++)
            if (isThere(frame))
                return true;
        return false;
    }

    static bool IsFinite(ReadOnlySpan<float> numbers, bool mayMiss)
    {
        foreach (var number in numbers)
            if (!float.IsFinite(number) && !(mayMiss && float.IsNaN(number)))
                return false;
        return true;
    }

    public void Clear()
    {
        _frames.Clear();
        foreach (var field in Fields)
            field.Clear();
        Mask?.Clear();
        Bias?.Clear();
    }
}
