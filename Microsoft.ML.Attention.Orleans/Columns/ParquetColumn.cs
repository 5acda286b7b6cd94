using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Attention.Orleans.Columns;

/// <summary>A column between memory and a row group: scalars as they are, vectors as lists.</summary>
static class ParquetColumn
{
    static readonly Type[] Known = [typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(DateTime), typeof(ReadOnlyMemory<char>)];

    public static Field Field<T>(ColumnType<T> type)
    {
        if (!Known.Contains(typeof(T)))
            throw new NotSupportedException(
                $"Column '{type.Name}' is {type.Type}, which Parquet files do not have here: leave it out of OutputColumnNames.");
        DataField Data(string name) => typeof(T) == typeof(ReadOnlyMemory<char>) ? new DataField<string>(name, nullable: true)
            : typeof(T) == typeof(DateTime) ? new DateTimeDataField(name, DateTimeFormat.Timestamp, unit: DateTimeTimeUnit.Micros)
            : new DataField(name, typeof(T), isNullable: false);
        return type.IsVector ? new ListField(type.Name, Data("element")) : Data(type.Name);
    }

    public static async Task<Column> Read<T>(ColumnType<T> type, ParquetRowGroupReader group, DataField field, string path,
        CancellationToken cancellationToken) where T : struct
    {
        if (field.ClrType != typeof(T) || field.MaxRepetitionLevel != (type.IsVector ? 1 : 0))
            throw new InvalidDataException(
                $"Column '{type.Name}' of '{path}' holds {(field.MaxRepetitionLevel > 0 ? "lists of " : "")}{Word(field.ClrType)}; " +
                $"the model's input is {type.Type}, which is read from {(type.IsVector ? "lists of " : "")}{Word(typeof(T))}.");
        var rows = checked((int)group.RowCount);
        var count = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        var (values, definitions, repetitions) = (new T[count], new int[count], new int[count]);
        Memory<int>? levels = field.MaxDefinitionLevel > 0 ? definitions : default(Memory<int>?);
        Memory<int>? starts = field.MaxRepetitionLevel > 0 ? repetitions : default(Memory<int>?);
        await group.ReadRawAsync<T>(field, values, levels, starts, cancellationToken);

        // Without nulls and empty lists the items are as they are in memory; otherwise the levels say which are missing.
        var items = new List<T>(count);
        var ends = new List<int>(rows);
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && repetitions[i] == 0)
                ends.Add(items.Count);
            if (levels is null || definitions[i] == field.MaxDefinitionLevel)
                items.Add(values[next++]);
            else if (!type.IsVector || definitions[i] == field.MaxDefinitionLevel - 1 && field.IsNullable)
                items.Add(Missing() ?? throw new InvalidDataException($"Column '{type.Name}' of '{path}' has no value in row "
                    + $"{ends.Count} of a row group, and {type.Type} has none that says so."));
        }
        if (count > 0)
            ends.Add(items.Count);
        if (type.Size > 0)
            for (var row = 0; row < rows; row++)
                if (ends[row] != (row + 1) * type.Size)
                    throw new InvalidDataException($"Column '{type.Name}' of '{path}' has {ends[row] - (row == 0 ? 0 : ends[row - 1])} "
                        + $"values in row {row} of a row group; the model's input is {type.Type}.");
        return new Column<T>(type, rows, [.. items], type.Size > 0 ? null : [.. ends]);

        // ML.NET's own: NaN, and for a text none at all. A key's is 0, but so is a number's that is there.
        T? Missing() => typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN
            : typeof(T) == typeof(ReadOnlyMemory<char>) ? (T)(object)ReadOnlyMemory<char>.Empty : IsKey(type.Type) ? default(T) : null;
    }

    public static async Task Write<T>(ParquetRowGroupWriter group, DataField field, Column<T> column, CancellationToken cancellationToken)
        where T : struct
    {
        var most = field.MaxDefinitionLevel;
        if (field.MaxRepetitionLevel == 0)
        {
            await group.WriteAllPartsAsync<T>(field, column.Items,
                most > 0 ? Filled(column.Items.Length, most) : default(ReadOnlyMemory<int>?), default(ReadOnlyMemory<int>?),
                cancellationToken);
            return;
        }
        var (definitions, repetitions) = (new List<int>(column.Items.Length), new List<int>(column.Items.Length));
        for (var row = 0; row < column.Rows; row++)
        {
            var length = column.Of(row).Length;
            definitions.Add(length == 0 ? most - (field.IsNullable ? 2 : 1) : most);   // an empty list is there, and has no item
            repetitions.Add(0);
            for (var i = 1; i < length; i++)
            {
                definitions.Add(most);
                repetitions.Add(1);
            }
        }
        await group.WriteAllPartsAsync<T>(field, column.Items, (ReadOnlyMemory<int>)definitions.ToArray(),
            (ReadOnlyMemory<int>)repetitions.ToArray(), cancellationToken);
    }

    static ReadOnlyMemory<int> Filled(int count, int value)
    {
        var levels = new int[count];
        Array.Fill(levels, value);
        return levels;
    }

    static bool IsKey(DataViewType type) => type is KeyDataViewType or VectorDataViewType { ItemType: KeyDataViewType };

    static string Word(Type type) => type == typeof(ReadOnlyMemory<char>) ? "text" : type.Name;
}
