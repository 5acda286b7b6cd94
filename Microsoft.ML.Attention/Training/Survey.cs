using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>What one look at all rows tells: how many can be used, how long and how large they are, and what their labels are like.</summary>
sealed class Survey
{
    readonly List<Moments> _inputs;
    readonly Moments _labels = new(1);
    readonly HashSet<float> _distinct = [];
    readonly int _leastTokens;
    readonly bool _hasLabel;
    (int Queries, int Keys)? _frames;

    Survey(RowLayout layout, bool hasLabel, int leastTokens)
    {
        (_hasLabel, _leastTokens) = (hasLabel, leastTokens);
        _inputs = [.. layout.EmbeddingDimensions.Select(w => new Moments(w)), .. Optional(layout.KeyDimension), .. Optional(layout.ValueDimension)];

        static IEnumerable<Moments> Optional(int? width) => width is int w ? [new Moments(w)] : [];
    }

    public long RowsUsed { get; private set; }

    /// <summary>Rows with NaN or infinity; ML.NET's trainers leave them out too.</summary>
    public long RowsNotFinite { get; private set; }

    /// <summary>Rows whose label is missing, NaN or infinite.</summary>
    public long RowsWithoutLabel { get; private set; }

    /// <summary>Rows without tokens; in reconstruction also those of one token.</summary>
    public long RowsTooShort { get; private set; }

    public long RowsSkipped => RowsNotFinite + RowsWithoutLabel + RowsTooShort;

    public bool AllLengthsEqual { get; private set; } = true;

    /// <summary>All rows, where they fit in memory; null where they do not.</summary>
    public LabelledRows? Cached { get; private set; }

    /// <summary>Labels that differ, counted up to 3.</summary>
    public int DistinctLabels => _distinct.Count;

    public double LabelMean => _labels.Mean[0];

    public double LabelDeviation => _labels.Deviation(0);

    /// <param name="source">The rows.</param>
    /// <param name="layout">What they hold.</param>
    /// <param name="hasLabel">Whether rows need a label.</param>
    /// <param name="leastTokens">Tokens that a row needs.</param>
    /// <param name="mostNumbers">Numbers to keep in memory.</param>
    /// <param name="checkCanceled">Throws when Fit should stop.</param>
    public static Survey Of(IRowSource source, RowLayout layout, bool hasLabel, int leastTokens, long mostNumbers, Action checkCanceled)
    {
        var survey = new Survey(layout, hasLabel, leastTokens);
        var chunks = 0;
        foreach (var chunk in source.Read(shuffle: null, mostNumbers))
        {
            survey.Cached = ++chunks == 1 ? chunk : null;
            for (var row = 0; row < chunk.Rows.Count; row++)
            {
                if (row % 256 == 0)
                    checkCanceled();
                survey.Add(chunk, row);
            }
        }
        return survey;
    }

    /// <summary>Whether a row can be learned from.</summary>
    public bool IsUsable(LabelledRows chunk, int row) => Reason(chunk, row) == Skip.None;

    /// <summary>The mean and the inverse deviation of each element of the inputs, of the keys, of the values, as they are laid out.</summary>
    public IEnumerable<(float[] Mean, float[] Scale)> Standardization(RowLayout layout)
    {
        var inputs = _inputs.Take(layout.EmbeddingDimensions.Count).ToArray();
        if (inputs.Length > 0)
            yield return ([.. inputs.SelectMany(m => m.Mean).Select(x => (float)x)], [.. inputs.SelectMany(m => m.Scale)]);
        foreach (var source in _inputs.Skip(inputs.Length))
            yield return ([.. source.Mean.Select(x => (float)x)], source.Scale);
    }

    /// <summary>The standard deviation of each element of the inputs, 0 where it never changes.</summary>
    public float[] Deviations(RowLayout layout) =>
        [.. _inputs.Take(layout.EmbeddingDimensions.Count).SelectMany(m => Enumerable.Range(0, m.Width).Select(e => (float)m.Deviation(e)))];

    enum Skip { None, NotFinite, NoLabel, TooShort }

    Skip Reason(LabelledRows chunk, int row) =>
        chunk.Rows.Lengths(row).Queries == 0 || Fewer(chunk.Rows, row) ? Skip.TooShort
        : _hasLabel && !float.IsFinite(chunk.Labels[row]) ? Skip.NoLabel
        : chunk.Rows.IsFinite(row) ? Skip.None
        : Skip.NotFinite;

    bool Fewer(RaggedRows rows, int row)
    {
        var count = 0;
        for (var t = 0; t < rows.Lengths(row).Queries && count < _leastTokens; t++)
            count += rows.HasQuery(row, t) ? 1 : 0;
        return count < _leastTokens;
    }

    void Add(LabelledRows chunk, int row)
    {
        switch (Reason(chunk, row))
        {
            case Skip.NotFinite: RowsNotFinite++; return;
            case Skip.NoLabel: RowsWithoutLabel++; return;
            case Skip.TooShort: RowsTooShort++; return;
        }
        RowsUsed++;
        var rows = chunk.Rows;
        AllLengthsEqual &= (_frames ??= rows.Frames(row)) == rows.Frames(row) && rows.Frames(row).Keys > 0;
        if (_hasLabel)
        {
            _labels.Add([chunk.Labels[row]]);
            if (_distinct.Count < 3)
                _distinct.Add(chunk.Labels[row]);
        }
        var first = 0;
        for (var i = 0; i < rows.Tokens.Length; i++)
            first += Add(_inputs[i], rows.Tokens[i][row], t => rows.HasQueryFrame(row, first + t));
        var next = rows.Tokens.Length;
        if (rows.Keys is not null)
            Add(_inputs[next++], rows.Keys[row], t => rows.HasKeyFrame(row, t));
        if (rows.Values is not null)
            Add(_inputs[next], rows.Values[row], t => rows.HasKeyFrame(row, t));
    }

    static int Add(Moments moments, ReadOnlySpan<float> values, Func<int, bool> isThere)
    {
        var count = values.Length / moments.Width;
        for (var t = 0; t < count; t++)
            if (isThere(t))
                moments.Add(values.Slice(t * moments.Width, moments.Width));
        return count;
    }
}
