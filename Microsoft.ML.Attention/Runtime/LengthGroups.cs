using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Runtime;

/// <summary>Divides rows into runs: those of one length together, so that nothing is computed for padding and no mask is needed.</summary>
/// <param name="size">How many go into one.</param>
/// <param name="runsRowsWithoutTokens">Whether these run too, as rows of one token that is not there.</param>
sealed class LengthGroups(RunSize size, bool runsRowsWithoutTokens = false)
{
    /// <summary>Tokens computed for each real one, at most, where rows are padded:
    /// the last tenth of the padding is cheaper than another run.</summary>
    const double MostPadding = 1.1;

    readonly List<LengthGroup> _groups = [];
    int[] _order = [];

    /// <summary>The groups of all rows that run, longest first. The list is used again by the next plan.</summary>
    public IReadOnlyList<LengthGroup> Plan(RaggedRows rows)
    {
        if (_order.Length < rows.Count)
            _order = new int[rows.Count];
        var (count, tokens) = (0, 0L);
        for (var row = 0; row < rows.Count; row++)
        {
            var queries = rows.Lengths(row).Queries;
            if (queries == 0 && !runsRowsWithoutTokens)
                continue;
            _order[count++] = row;
            tokens += queries;
        }
        if (!IsSorted(rows, count))
            _order.AsSpan(0, count).Sort((a, b) => Compare(rows, a, b));

        var share = size.Share(count, tokens);
        _groups.Clear();
        for (var start = 0; start < count;)
        {
            var end = End(rows, start, count, share);
            _groups.Add(LengthGroup.Of(rows, new ArraySegment<int>(_order, start, end - start)));
            start = end;
        }
        return _groups;
    }

    int End(RaggedRows rows, int start, int count, int share)
    {
        var (queries, keys) = rows.Frames(_order[start]);
        var longest = keys;
        var most = Most();
        long real = 0;
        var end = start;
        for (; end < count; end++)
        {
            var (q, k) = rows.Frames(_order[end]);
            if (k > longest)
            {
                longest = k;
                most = Most();
            }
            real += q + k;
            var rowsOfRun = end - start + 1;
            var fits = size.Pads ? rowsOfRun * (long)(queries + longest) <= real * MostPadding : (q, k) == (queries, keys);
            if (end > start && (!fits || rowsOfRun > most))
                break;
        }
        return end;

        int Most() =>
            Math.Min(size.Rows(Math.Max(1, rows.Layout.QueryTokens(queries)), Math.Max(1, rows.Layout.KeyTokens(longest))), share);
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
        var (x, y) = (rows.Frames(a), rows.Frames(b));
        return x.Queries != y.Queries ? y.Queries.CompareTo(x.Queries)
            : x.Keys != y.Keys ? y.Keys.CompareTo(x.Keys)
            : a.CompareTo(b);
    }
}
