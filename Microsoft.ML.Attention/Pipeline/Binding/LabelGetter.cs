using System.Numerics;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Reads a label as a number: a class counted from 0, 0 or 1, or the number itself; NaN where it is missing.</summary>
static class LabelGetter
{
    /// <exception cref="ArgumentException">The column is not a key, a Boolean or a Single.</exception>
    public static LabelKind KindOf(DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType => LabelKind.Class,
        BooleanDataViewType => LabelKind.Boolean,
        NumberDataViewType number when number == NumberDataViewType.Single => LabelKind.Number,
        _ => throw new ArgumentException($"Label column '{column.Name}' is {column.Type}, but must be a key, a Boolean or a Single{Remedy.OfLabel(column.Type)}"),
    };

    public static Func<float> Of(DataViewRow row, DataViewSchema.Column column)
    {
        switch (KindOf(column))
        {
            case LabelKind.Boolean:
                var getFlag = row.GetGetter<bool>(column);
                var flag = false;
                return () =>
                {
                    getFlag(ref flag);
                    return flag ? 1 : 0;
                };
            case LabelKind.Number:
                var getNumber = row.GetGetter<float>(column);
                var value = 0f;
                return () =>
                {
                    getNumber(ref value);
                    return value;
                };
            case LabelKind.Class:
                var raw = column.Type.RawType;
                return raw == typeof(uint) ? Class<uint>(row, column)
                    : raw == typeof(byte) ? Class<byte>(row, column)
                    : raw == typeof(ushort) ? Class<ushort>(row, column)
                    : Class<ulong>(row, column);
            default:
                throw new NotSupportedException($"Labels of kind {KindOf(column)} are not known.");
        }
    }

    /// <summary>Keys count from 1, and 0 is a missing one. Nobody upstream holds a key to the count that its type names.</summary>
    static Func<float> Class<T>(DataViewRow row, DataViewSchema.Column column) where T : IBinaryInteger<T>
    {
        var get = row.GetGetter<T>(column);
        var count = ((KeyDataViewType)column.Type).Count;
        var key = T.Zero;
        return () =>
        {
            get(ref key);
            if (ulong.CreateSaturating(key) > count)
                throw new InvalidDataException($"Row {row.Position}: column '{column.Name}' ({column.Type}) holds the label {key}, but its type has {count}.");
            return T.IsZero(key) ? float.NaN : float.CreateSaturating(key) - 1;
        };
    }
}
