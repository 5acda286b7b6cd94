using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;
using ArrowField = Apache.Arrow.Field;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>How a column of one ML.NET type is gathered from rows, sent as an Arrow array, and read from and written to Parquet.</summary>
abstract class ColumnType(string name, DataViewType type)
{
    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    public bool IsVector => Type is VectorDataViewType;

    /// <summary>Items in each row: 1 for a scalar; 0 for a vector of any length.</summary>
    public int Size => Type is VectorDataViewType vector ? vector.Size : 1;

    /// <exception cref="NotSupportedException">Arrow has no such type.</exception>
    public static ColumnType Of(DataViewSchema.Column column) => TryOf(column)
        ?? throw new NotSupportedException(
            $"Column '{column.Name}' is {column.Type}, which Arrow does not have: convert it, or drop it, before the cluster.");

    /// <summary>Null for what Arrow does not have, such as images.</summary>
    public static ColumnType? TryOf(DataViewSchema.Column column)
    {
        var (name, type) = (column.Name, column.Type);
        var item = type is VectorDataViewType vector ? vector.ItemType : type;
        return item switch
        {
            TextDataViewType => new TextColumnType(name, type),
            // a byte each: ML.NET's form, not Arrow's bits
            BooleanDataViewType => new PlainColumnType<bool>(name, type, UInt8Type.Default),
            // ticks and kind: Arrow's timestamps end in 2262, or lose the tenths of a microsecond
            DateTimeDataViewType => new PlainColumnType<DateTime>(name, type, Int64Type.Default),
            TimeSpanDataViewType => new PlainColumnType<TimeSpan>(name, type, Int64Type.Default),
            DateTimeOffsetDataViewType => new PlainColumnType<DateTimeOffset>(name, type, new FixedSizeBinaryType(16)),
            RowIdDataViewType => new PlainColumnType<DataViewRowId>(name, type, new FixedSizeBinaryType(16)),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(float) =>
                new PlainColumnType<float>(name, type, FloatType.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(double) =>
                new PlainColumnType<double>(name, type, DoubleType.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(sbyte) =>
                new PlainColumnType<sbyte>(name, type, Int8Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(byte) =>
                new PlainColumnType<byte>(name, type, UInt8Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(short) =>
                new PlainColumnType<short>(name, type, Int16Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(ushort) =>
                new PlainColumnType<ushort>(name, type, UInt16Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(int) =>
                new PlainColumnType<int>(name, type, Int32Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(uint) =>
                new PlainColumnType<uint>(name, type, UInt32Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(long) =>
                new PlainColumnType<long>(name, type, Int64Type.Default),
            NumberDataViewType or KeyDataViewType when item.RawType == typeof(ulong) =>
                new PlainColumnType<ulong>(name, type, UInt64Type.Default),
            _ => null,
        };
    }

    /// <summary>Gathers the column's values from the row that a cursor stands on.</summary>
    public abstract ColumnBuffer Buffer(DataViewRow row, DataViewSchema.Column column);

    public abstract ArrowField Arrow { get; }

    public abstract IArrowArray ToArrow(Column column);

    public abstract Column FromArrow(IArrowArray array);

    /// <exception cref="NotSupportedException">Parquet has no such type here.</exception>
    public abstract Parquet.Schema.Field ParquetField { get; }

    /// <exception cref="InvalidDataException">The file's type is another, a row has another length,
    /// or a value is missing where the type has none to say so.</exception>
    public abstract Task<Column> FromParquet(ParquetRowGroupReader group, DataField field, string path,
        CancellationToken cancellationToken);

    public abstract Task ToParquet(ParquetRowGroupWriter group, DataField field, Column column, CancellationToken cancellationToken);
}
