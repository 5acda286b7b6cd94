using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>How many query tokens the longest row of a view has.</summary>
static class LongestRow
{
    /// <param name="view">The rows.</param>
    /// <param name="columns">The stage's columns in it.</param>
    /// <param name="checkCanceled">Throws when reading should stop.</param>
    public static int Of(IDataView view, BoundColumns columns, Action checkCanceled)
    {
        using var cursor = view.GetRowCursor(columns.Inputs.Select(c => c.Column));
        Func<int>[] lengths = [.. columns.Inputs.Select(column => LengthOf(cursor, column))];
        var longest = 1;
        while (cursor.MoveNext())
        {
            if (cursor.Position % 256 == 0)
                checkCanceled();
            longest = Math.Max(longest, lengths.Sum(length => length()));
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
