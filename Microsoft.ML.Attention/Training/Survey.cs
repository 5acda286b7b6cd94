using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>What one look at all rows tells: how many can be used, how long and how large they are,
/// and what their labels are like.</summary>
sealed class Survey
{
    readonly Moments?[] _fields;             // null of ids
    readonly Quantiles? _quantiles;          // of the numbers of a table
    readonly Moments _labels = new(1);
    readonly HashSet<float> _distinct = [];
    readonly int _leastTokens;
    readonly bool _hasLabel;
    (int Queries, int Keys)? _frames;

    Survey(RowLayout layout, bool hasLabel, int leastTokens)
    {
        (_hasLabel, _leastTokens) = (hasLabel, leastTokens);
        _fields = [.. layout.Fields.Select(field => field.HoldsIds ? null : new Moments(field.Width))];
        if (layout.Fields.FirstOrDefault(field => field.IsPerElement && !field.HoldsIds) is { } numbers)
            _quantiles = new(numbers.Width);
    }

    public long RowsUsed { get; private set; }

    /// <summary>Rows with NaN or infinity; ML.NET's trainers leave them out too.</summary>
    public long RowsNotFinite { get; private set; }

    /// <summary>Rows whose label is missing, NaN or infinite.</summary>
    public long RowsWithoutLabel { get; private set; }

    /// <summary>Rows whose weight is NaN or infinite; ML.NET's trainers leave them out too.</summary>
    public long RowsWithoutWeight { get; private set; }

    /// <summary>Rows of weight 0, which count as if they were not there.</summary>
    public long RowsWeightless { get; private set; }

    /// <summary>Rows without tokens; in reconstruction also those of one token.</summary>
    public long RowsTooShort { get; private set; }

    public long RowsSkipped => RowsNotFinite + RowsWithoutLabel + RowsWithoutWeight + RowsTooShort;

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
            foreach (var row in chunk.Examples)
            {
                if (row % 256 == 0)
                    checkCanceled();
                survey.Add(chunk, row);
            }
        }
        return survey;
    }

    /// <summary>Whether an example can be learned from: each of its rows.</summary>
    /// <param name="chunk">The rows.</param>
    /// <param name="first">Its first row.</param>
    public bool IsUsable(LabelledRows chunk, int first) => ReasonOf(chunk, first) == Skip.None;

    /// <summary>The mean and the inverse deviation of each element of the inputs, of the keys, of the values,
    /// as they are laid out.</summary>
    public IEnumerable<(float[] Mean, float[] Scale)> Standardization(RowLayout layout)
    {
        foreach (var source in layout.Fields.Zip(_fields).Where(f => f.Second is not null).GroupBy(f => f.First.Role, f => f.Second!))
            yield return ([.. source.SelectMany(m => m.Mean).Select(x => (float)x)], [.. source.SelectMany(m => m.Scale)]);
    }

    /// <summary>The edges of so many bins of each number of a table, one number after the other.</summary>
    public float[] Edges(int bins) => _quantiles!.Edges(bins);

    /// <summary>The standard deviation of each element of the inputs, 0 where it never changes.</summary>
    public float[] Deviations(RowLayout layout) =>
        [.. _fields.Take(layout.Inputs).OfType<Moments>().SelectMany(m => Enumerable.Range(0, m.Width).Select(e => (float)m.Deviation(e)))];

    enum Skip { None, NotFinite, NoLabel, NoWeight, Weightless, TooShort }

    Skip Reason(LabelledRows chunk, int row) =>
        chunk.Weight(row) == 0 ? Skip.Weightless
        : !float.IsFinite(chunk.Weight(row)) ? Skip.NoWeight
        : chunk.Rows.Lengths(row).Queries == 0 || Fewer(chunk.Rows, row) ? Skip.TooShort
        : _hasLabel && !chunk.HasLabel(row) ? Skip.NoLabel
        : chunk.Rows.IsFinite(row) ? Skip.None
        : Skip.NotFinite;

    Skip ReasonOf(LabelledRows chunk, int first)
    {
        var reason = Skip.None;
        for (var row = first; row < first + chunk.RowsOfExample && reason == Skip.None; row++)
            reason = Reason(chunk, row);
        return reason;
    }

    bool Fewer(RaggedRows rows, int row)
    {
        var count = rows.Present(row).Length;
        return count < _leastTokens;
    }

    void Add(LabelledRows chunk, int first)
    {
        switch (ReasonOf(chunk, first))
        {
            case Skip.NotFinite: RowsNotFinite++; return;
            case Skip.NoLabel: RowsWithoutLabel++; return;
            case Skip.NoWeight: RowsWithoutWeight++; return;
            case Skip.Weightless: RowsWeightless++; return;
            case Skip.TooShort: RowsTooShort++; return;
        }
        RowsUsed++;
        if (_hasLabel)
            AddLabels(chunk, first);
        for (var row = first; row < first + chunk.RowsOfExample; row++)
            AddTokens(chunk.Rows, row, chunk.Weight(row));
    }

    void AddLabels(LabelledRows chunk, int row)
    {
        var labels = chunk.LabelsOf(row);
        for (var label = 0; label < labels.Length; label++)
        {
            if (!chunk.HasLabel(row, label))
                continue;
            _labels.Add([labels[label]], chunk.Weight(row));
            if (_distinct.Count < 3)
                _distinct.Add(labels[label]);
        }
    }

    void AddTokens(RaggedRows rows, int row, double weight)
    {
        AllLengthsEqual &= (_frames ??= rows.Frames(row)) == rows.Frames(row) && rows.Frames(row).Keys > 0;
        var first = 0;                                                          // of the field, in the sequence of all inputs
        for (var i = 0; i < _fields.Length; i++)
        {
            var (field, isInput) = (rows.Fields[i], rows.Fields[i].Field.Role == TokenRole.Input);
            for (var t = 0; t < field.Count(row) && _fields[i] is { } moments; t++)
            {
                if (isInput ? !rows.HasQueryFrame(row, first + t) : !rows.HasKeyFrame(row, t))
                    continue;
                moments.Add(field.Token(row, t), weight);
                _quantiles?.Add(field.Token(row, t), weight);
            }
            first += isInput ? field.Count(row) : 0;
        }
    }
}

/// <summary>The running mean and variance of each element of a vector, over the vectors in which it is a number. Welford 1962.</summary>
sealed class Moments(int width)
{
    readonly double[] _squares = new double[width];
    readonly double[] _counts = new double[width];   // weights together

    public int Width => width;

    public double[] Mean { get; } = new double[width];

    /// <summary>Adds a vector as if it came so many times. West 1979.</summary>
    public void Add(ReadOnlySpan<float> vector, double weight = 1)
    {
        if (weight == 0)
            return;
        for (var i = 0; i < vector.Length; i++)
        {
            if (float.IsNaN(vector[i]))
                continue;
            _counts[i] += weight;
            var before = vector[i] - Mean[i];
            Mean[i] += before * weight / _counts[i];
            _squares[i] += weight * before * (vector[i] - Mean[i]);
        }
    }

    public double Deviation(int element) => _counts[element] == 0 ? 0 : Math.Sqrt(_squares[element] / _counts[element]);

    /// <summary>One over each deviation; 1 for an element that never changes.</summary>
    public float[] Scale =>
        [.. Enumerable.Range(0, width).Select(i => Deviation(i) is var d && d > 1e-12 * Math.Abs(Mean[i]) && d > 0 ? (float)(1 / d) : 1f)];
}
