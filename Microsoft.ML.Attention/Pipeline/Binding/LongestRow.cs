using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>How many query tokens the longest row of a view has.</summary>
static class LongestRow
{
    /// <param name="view">The rows.</param>
    /// <param name="sides">The stage's columns in it; where it learns from pairs, those of both sides.</param>
    /// <param name="checkCanceled">Throws when reading should stop.</param>
    public static int Of(IDataView view, IReadOnlyList<BoundColumns> sides, Action checkCanceled)
    {
        var columns = sides.SelectMany(side => side.Inputs).Select(c => c.Column);
        using var cursor = view.GetRowCursor(columns.DistinctBy(column => column.Index));
        Func<int>[][] lengths = [.. sides.Select(side => side.Inputs.Select(column => LengthOf(cursor, column)).ToArray())];
        var longest = 1;
        while (cursor.MoveNext())
        {
            if (cursor.Position % 256 == 0)
                checkCanceled();
            foreach (var side in lengths)
                longest = Math.Max(longest, side.Sum(length => length()));
        }
        return longest;
    }

    static Func<int> LengthOf(DataViewRow row, TokenColumn column)
    {
        if (column.HoldsIds)
            return column.IdsIn(row).Get;
        var get = column.NumbersIn(row);
        var buffer = default(VBuffer<float>);
        return () =>
        {
            get(ref buffer);
            return buffer.Length / column.Width;
        };
    }
}
