using System.Numerics;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Reads labels as numbers, the row's own or one for each of its tokens: a class counted from 0, 0 or 1,
/// or the number itself; NaN where it is missing.</summary>
/// <param name="row">Whose current row is read.</param>
/// <param name="label">The column.</param>
/// <param name="tokens">How many tokens the row has, and which of them are kept; null where labels are read without tokens.</param>
sealed class LabelReader(DataViewRow row, LabelColumn label, Func<(int Count, Range Kept)>? tokens)
{
    /// <summary>Appends the current row's labels to rows whose tokens have been appended.</summary>
    /// <inheritdoc cref="LabelReader"/>
    /// <exception cref="InvalidDataException">There are not as many as the row has tokens;
    /// the message names the row and the column.</exception>
    public static Action<LabelledRows> Of(DataViewRow row, LabelColumn label, Func<(int Count, Range Kept)>? tokens = null) =>
        LabelTypes.Of(label.Prediction.Kind).Read(new(row, label, tokens));

    /// <summary>Labels of this type.</summary>
    public Action<LabelledRows> As<T>(Func<T, float> numberOf) => label.Prediction.OfTokens ? OfTokens(numberOf) : OfRow(numberOf);

    /// <summary>Keys, as classes counted from 0.</summary>
    public Action<LabelledRows> Keys()
    {
        var type = ((label.Column.Type as VectorDataViewType)?.ItemType ?? label.Column.Type).RawType;
        return type == typeof(uint) ? Of<uint>()
            : type == typeof(byte) ? Of<byte>()
            : type == typeof(ushort) ? Of<ushort>()
            : Of<ulong>();

        // Keys count from 1, and 0 is a missing one. Nobody upstream holds a key to the count that its type names.
        Action<LabelledRows> Of<T>()
            where T : IBinaryInteger<T> => As<T>(key => ulong.CreateSaturating(key) <= (ulong)label.Prediction.Size
            ? T.IsZero(key) ? float.NaN : float.CreateSaturating(key) - 1
            : throw new InvalidDataException($"Row {row.Position}: column '{label.Column.Name}' ({label.Column.Type}) holds the label "
                + $"{key}, but its type has {label.Prediction.Size}."));
    }

    /// <summary>The current row's own label.</summary>
    public static Func<float> ValueOf(DataViewRow row, DataViewSchema.Column column)
    {
        var rows = new LabelledRows(new RowLayout([], HasMask: false, HasBias: false, NumberOfHeads: 1));
        var read = Of(row, LabelColumn.Of(column));
        return () =>
        {
            rows.Clear();
            read(rows);
            return rows.Labels[0];
        };
    }

    Action<LabelledRows> OfRow<T>(Func<T, float> numberOf)
    {
        var get = row.GetGetter<T>(label.Column);
        T value = default!;
        return rows =>
        {
            get(ref value);
            rows.Labels.Add(numberOf(value));
        };
    }

    Action<LabelledRows> OfTokens<T>(Func<T, float> numberOf)
    {
        var get = row.GetGetter<VBuffer<T>>(label.Column);
        var buffer = default(VBuffer<T>);
        var values = Array.Empty<T>();
        return rows =>
        {
            get(ref buffer);
            var (count, kept) = tokens?.Invoke() ?? (buffer.Length, 0..buffer.Length);
            var each = rows.LabelsPerToken;
            if (buffer.Length != count * each)
                throw new InvalidDataException($"Row {row.Position}: label column '{label.Column.Name}' has {buffer.Length} values, but "
                    + $"there are {count} tokens: it needs {(each == 1 ? "one" : $"{each}")} for each.");
            if (values.Length < buffer.Length)
                values = new T[buffer.Length];
            buffer.CopyTo(values);
            var (start, length) = kept.GetOffsetAndLength(count);
            var target = rows.TokenLabels.Append(length * each);
            for (var i = 0; i < target.Length; i++)
                target[i] = numberOf(values[start * each + i]);
        };
    }
}
