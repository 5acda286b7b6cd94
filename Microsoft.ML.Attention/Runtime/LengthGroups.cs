namespace Microsoft.ML.Attention.Runtime;

/// <summary>Splits rows into groups of similar lengths, so that little is computed for padding and no run grows beyond a bound.</summary>
sealed class LengthGroups
{
    /// <summary>Tokens computed for each real one, at most: the last tenth of the padding is cheaper than another run.</summary>
    const double MostPadding = 1.1;

    /// <summary>Attention scores of one run, at most (4 MiB): measured at width 64, a run of 15 MiB of scores takes four times as long a token as one of 1 MiB.</summary>
    const long MostScores = 1L << 20;

    int[] _order = [];

    /// <summary>The groups of all rows that have query tokens, longest first.</summary>
    public List<LengthGroup> Plan(RaggedRows rows)
    {
        if (_order.Length < rows.Count)
            _order = new int[rows.Count];
        var count = 0;
        for (var row = 0; row < rows.Count; row++)
            if (rows.Lengths(row).Queries > 0)
                _order[count++] = row;
        if (!IsSorted(rows, count))
            _order.AsSpan(0, count).Sort((a, b) => Compare(rows, a, b));

        var groups = new List<LengthGroup>();
        for (var start = 0; start < count;)
        {
            var end = End(rows, start, count);
            groups.Add(LengthGroup.Of(rows, new ArraySegment<int>(_order, start, end - start)));
            start = end;
        }
        return groups;
    }

    int End(RaggedRows rows, int start, int count)
    {
        var (queries, keys) = rows.Lengths(_order[start]);
        long real = 0;
        var end = start;
        while (end < count)
        {
            var (q, k) = rows.Lengths(_order[end]);
            keys = Math.Max(keys, k);
            real += q + k;
            var size = end - start + 1L;
            if (end > start && (size * (queries + keys) > real * MostPadding || size * rows.Layout.Heads * queries * keys > MostScores))
                break;
            end++;
        }
        return end;
    }

    bool IsSorted(RaggedRows rows, int count)
    {
        for (var i = 1; i < count; i++)
            if (Compare(rows, _order[i - 1], _order[i]) > 0)
                return false;
        return true;
    }

    /// <summary>Longest first; rows of one length stay in order, so that equal rows are scored as they came.</summary>
    static int Compare(RaggedRows rows, int a, int b)
    {
        var (x, y) = (rows.Lengths(a), rows.Lengths(b));
        return x.Queries != y.Queries ? y.Queries.CompareTo(x.Queries)
            : x.Keys != y.Keys ? y.Keys.CompareTo(x.Keys)
            : a.CompareTo(b);
    }
}
