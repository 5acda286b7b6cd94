using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>Reads a view as text, a string for each value, so that views can be compared.</summary>
static class ViewReader
{
    /// <summary>All rows of some columns (all columns unless given), each row preceded by its id.</summary>
    public static List<string[]> Read(this IDataView view, IEnumerable<DataViewSchema.Column>? columns = null, Random? rand = null)
    {
        var wanted = (columns ?? view.Schema).ToArray();
        using var cursor = view.GetRowCursor(wanted, rand);
        return cursor.ReadRest(wanted);
    }

    /// <summary>The values of one column.</summary>
    public static List<string> Read(this IDataView view, string column) => [.. view.Read([view.Schema[column]]).Select(row => row[1])];

    /// <summary>The rows a cursor has left.</summary>
    public static List<string[]> ReadRest(this DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columns)
    {
        var readers = columns.Select(cursor.Reader).Prepend(cursor.IdReader()).ToArray();
        var rows = new List<string[]>();
        while (cursor.MoveNext())
            rows.Add([.. readers.Select(read => read())]);
        return rows;
    }

    /// <summary>Reads the current value of a column.</summary>
    public static Func<string> Reader(this DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type.RawType;
        var isVector = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        var reader = typeof(ViewReader)
            .GetMethod(isVector ? nameof(VectorReader) : nameof(ValueReader), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(isVector ? type.GetGenericArguments()[0] : type);
        return (Func<string>)reader.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column], null)!;
    }

    /// <summary>Reads the current value of a vector column of single numbers, as a list.</summary>
    public static Func<float[]> Numbers(this DataViewRow row, string column)
    {
        var getter = row.GetGetter<VBuffer<float>>(row.Schema[column]);
        return () =>
        {
            var value = default(VBuffer<float>);
            getter(ref value);
            return [.. value.DenseValues()];
        };
    }

    /// <summary>Text that is equal exactly when the rows are, in order.</summary>
    public static string Text(this IEnumerable<string[]> rows) => string.Join('\n', rows.Select(row => string.Join(" | ", row)));

    static Func<string> IdReader(this DataViewRow row)
    {
        var getter = row.GetIdGetter();
        return () =>
        {
            var id = default(DataViewRowId);
            getter(ref id);
            return $"{id.High}:{id.Low}";
        };
    }

    static Func<string> ValueReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        var value = default(T)!;
        return () =>
        {
            getter(ref value);
            return $"{value}";
        };
    }

    static Func<string> VectorReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        var value = default(VBuffer<T>);    // used again for each row, as ML.NET's readers do
        return () =>
        {
            getter(ref value);
            return $"[{string.Join(", ", value.DenseValues())}]";
        };
    }
}
