using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;
using static System.FormattableString;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Reads how much each row counts.</summary>
static class WeightReader
{
    /// <exception cref="ArgumentException">There is no such column, or it is not a Single; the message names it.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentException(
                $"There is no weight column '{name}'. There are: {string.Join(", ", schema.Select(c => c.Name).Distinct())}.");
        return column.Type == NumberDataViewType.Single
            ? column
            : throw new ArgumentException($"Weight column '{name}' is {column.Type}, but must be a Single.");
    }

    /// <summary>Appends the current row's weight.</summary>
    /// <exception cref="InvalidDataException">It is negative; the message names the row and the column.</exception>
    public static Action<LabelledRows> Of(DataViewRow row, DataViewSchema.Column column)
    {
        var read = ValueOf(row, column);
        return rows => rows.Weights.Add(read());
    }

    /// <summary>The current row's weight.</summary>
    /// <exception cref="InvalidDataException">It is negative; the message names the row and the column.</exception>
    public static Func<float> ValueOf(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<float>(column);
        var weight = 0f;
        return () =>
        {
            get(ref weight);
            return weight >= 0 || float.IsNaN(weight) ? weight
                : throw new InvalidDataException(
                    Invariant($"Row {row.Position}: weight column '{column.Name}' has {weight}; a weight is at least 0."));
        };
    }
}
