namespace Microsoft.ML.Attention.Rows;

/// <summary>Rows that run together.</summary>
/// <param name="Rows">Their indices, a part of the plan's order.</param>
/// <param name="Queries">Query tokens of the longest, at least 1.</param>
/// <param name="Keys">Key tokens of the longest, at least 1.</param>
/// <param name="QueryFrames">Frames of queries of the longest: its query tokens, but for patches.</param>
/// <param name="KeyFrames">Frames of keys of the longest, at least 1.</param>
/// <param name="PadsQueries">Whether some row has fewer frames of queries.</param>
/// <param name="PadsKeys">Whether some row has fewer frames of keys.</param>
readonly record struct LengthGroup(ArraySegment<int> Rows, int Queries, int Keys, int QueryFrames, int KeyFrames, bool PadsQueries,
    bool PadsKeys)
{
    /// <summary>These rows, whatever their lengths.</summary>
    public static LengthGroup Of(RaggedRows rows, ArraySegment<int> members)
    {
        var (queries, keys) = (1, 1);
        foreach (var row in members)
        {
            var (q, k) = rows.Frames(row);
            (queries, keys) = (Math.Max(queries, q), Math.Max(keys, k));
        }
        var (padsQueries, padsKeys) = (false, false);
        foreach (var row in members)
        {
            var (q, k) = rows.Frames(row);
            padsQueries |= q < queries;
            padsKeys |= k < keys;
        }
        return new LengthGroup(members, rows.Layout.QueryTokens(queries), rows.Layout.KeyTokens(keys), queries, keys,
            padsQueries, padsKeys);
    }
}
