using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Benchmarks;

/// <summary>Reads a vector column through a cursor, as a trainer does.</summary>
static class ColumnReader
{
    public static float Read(IDataView view, string name)
    {
        var column = view.Schema[name];
        using var cursor = view.GetRowCursor([column]);
        var get = cursor.GetGetter<VBuffer<float>>(column);
        var buffer = default(VBuffer<float>);
        var sum = 0f;
        while (cursor.MoveNext())
        {
            get(ref buffer);
            sum += buffer.GetValues()[0];
        }
        return sum;
    }

    /// <summary>Managed bytes a row allocates between the first and the last tenth of the rows.</summary>
    public static double BytesPerRow(IDataView view, string name, int rows)
    {
        var column = view.Schema[name];
        using var cursor = view.GetRowCursor([column]);
        var get = cursor.GetGetter<VBuffer<float>>(column);
        var buffer = default(VBuffer<float>);
        var before = 0L;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            get(ref buffer);
            if (row == rows / 10)
                before = GC.GetTotalAllocatedBytes(precise: true);
        }
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (rows * 0.9);
    }
}
