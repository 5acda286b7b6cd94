namespace Microsoft.ML.Attention.Rows;

/// <summary>Rows of unequal lengths in memory: what a cursor reads ahead, and what Fit keeps.</summary>
sealed class RaggedRows(RowLayout layout)
{
    readonly List<(int Queries, int Keys)> _frames = [];

    public RowLayout Layout => layout;

    /// <summary>Embeddings: <c>T*E</c> values a row, one field for each token input.</summary>
    public RaggedField<float>[] Tokens { get; } = [.. layout.EmbeddingDimensions.Select(_ => new RaggedField<float>())];

    /// <summary>Token ids: <c>T</c> a row, counted from 0, -1 where missing; null where tokens are embeddings.</summary>
    public RaggedField<long>? Ids { get; } = layout.ReadsTokenIds ? new() : null;

    /// <summary><c>S*E</c> values a row.</summary>
    public RaggedField<float>? Keys { get; } = layout.KeyDimension is null ? null : new();

    /// <summary><c>S*E</c> values a row.</summary>
    public RaggedField<float>? Values { get; } = layout.ValueDimension is null ? null : new();

    /// <summary><c>S</c> values a row, true where there is a token.</summary>
    public RaggedField<bool>? Mask { get; } = layout.HasMask ? new() : null;

    /// <summary><c>H*T*S</c> values a row.</summary>
    public RaggedField<float>? Bias { get; } = layout.HasBias ? new() : null;

    public int Count => _frames.Count;

    /// <summary>Query tokens <c>T</c> and key tokens <c>S</c> of a row: its patches, where frames become patches.</summary>
    public (int Queries, int Keys) Lengths(int row) => (layout.Patches.Tokens(_frames[row].Queries), layout.Patches.Tokens(_frames[row].Keys));

    /// <summary>What of them a row brings in its columns: as many as tokens, but for patches.</summary>
    public (int Queries, int Keys) Frames(int row) => _frames[row];

    /// <summary>Ends the row whose values have been appended to every field.</summary>
    /// <param name="queries">Frames of queries.</param>
    /// <param name="keys">Frames of keys.</param>
    public void Complete(int queries, int keys) => _frames.Add((queries, keys));

    /// <summary>Numbers that the rows hold, masks apart.</summary>
    public long Numbers => Tokens.Sum(f => (long)f.All.Length) + (Ids?.All.Length ?? 0) + (Keys?.All.Length ?? 0) + (Values?.All.Length ?? 0) + (Bias?.All.Length ?? 0);

    /// <summary>The positions of a row's query tokens that are there.</summary>
    public int[] Present(int row) => [.. Enumerable.Range(0, Lengths(row).Queries).Where(t => HasQuery(row, t))];

    /// <summary>Whether every number of the tokens that are there is finite, and every one of the bias too, or negative infinity.</summary>
    public bool IsFinite(int row)
    {
        var first = 0;
        for (var i = 0; i < Tokens.Length; i++)
        {
            var width = layout.EmbeddingDimensions[i];
            var count = Tokens[i][row].Length / width;
            for (var t = 0; t < count; t++)
                if (HasQueryFrame(row, first + t) && !IsFinite(Tokens[i][row].Slice(t * width, width)))
                    return false;
            first += count;
        }
        for (var s = 0; s < _frames[row].Keys; s++)
            if (HasKeyFrame(row, s) && !(IsFinite(Keys, row, s, layout.KeyDimension) && IsFinite(Values, row, s, layout.ValueDimension)))
                return false;
        foreach (var number in Bias is null ? [] : Bias[row])
            if (!(number < float.PositiveInfinity))
                return false;
        return true;
    }

    /// <summary>Whether a query token is there: one of its frames.</summary>
    public bool HasQuery(int row, int token) => Any(token, _frames[row].Queries, frame => HasQueryFrame(row, frame));

    /// <summary>Whether a key token is there: one of its frames.</summary>
    public bool HasKey(int row, int token) => Any(token, _frames[row].Keys, frame => HasKeyFrame(row, frame));

    /// <summary>The mask speaks of the queries in self-attention alone.</summary>
    public bool HasQueryFrame(int row, int frame) => (layout.IsCrossAttention || HasKeyFrame(row, frame)) && (Ids is null || Ids[row][frame] >= 0);

    public bool HasKeyFrame(int row, int frame) => Mask is null || Mask[row][frame];

    bool Any(int token, int frames, Func<int, bool> isThere)
    {
        var (start, count) = layout.Patches.Span(token, frames).GetOffsetAndLength(frames);
        for (var frame = start; frame < start + count; frame++)
            if (isThere(frame))
                return true;
        return false;
    }

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
        _frames.Clear();
        foreach (var field in Tokens)
            field.Clear();
        Ids?.Clear();
        Keys?.Clear();
        Values?.Clear();
        Mask?.Clear();
        Bias?.Clear();
    }
}
