using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>How many query tokens the longest row of a view has.</summary>
static class LongestRow
{
    public static int Of(IDataView view, BoundColumns columns)
    {
        using var cursor = view.GetRowCursor(columns.Inputs.Select(c => c.Column));
        Func<int>[] lengths = [.. columns.Inputs.Select(column => LengthOf(cursor, column))];
        var longest = 1;
        while (cursor.MoveNext())
            longest = Math.Max(longest, lengths.Sum(length => length()));
        return longest;
    }

    static Func<int> LengthOf(DataViewRow row, TokenColumn column)
    {
        if (column.HoldsIds)
            return IdGetter.Of(row, column.Column).Get;
        var get = row.GetGetter<VBuffer<float>>(column.Column);
        var buffer = default(VBuffer<float>);
        return () =>
        {
            get(ref buffer);
            return buffer.Length / column.Width;
        };
    }
}
