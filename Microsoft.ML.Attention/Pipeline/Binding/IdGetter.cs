using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Reads a vector of keys, or a single key, as ids counted from 0, -1 where missing,
/// whatever integer the keys are stored in.</summary>
abstract class IdGetter
{
    /// <summary>Reads the current row and gives its length.</summary>
    public abstract int Get();

    /// <summary>Copies what <see cref="Get"/> read.</summary>
    public abstract void CopyTo(Span<long> ids);

    public static IdGetter Of(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = ((column.Type as VectorDataViewType)?.ItemType ?? column.Type).RawType;
        return raw == typeof(uint) ? new Typed<uint>(row, column)
            : raw == typeof(byte) ? new Typed<byte>(row, column)
            : raw == typeof(ushort) ? new Typed<ushort>(row, column)
            : new Typed<ulong>(row, column);
    }

    sealed class Typed<T>(DataViewRow row, DataViewSchema.Column column) : IdGetter where T : unmanaged, IBinaryInteger<T>
    {
        readonly ValueGetter<VBuffer<T>> _get = column.Type is VectorDataViewType
            ? row.GetGetter<VBuffer<T>>(column)
            : AsVector(row.GetGetter<T>(column));
        VBuffer<T> _keys;

        static ValueGetter<VBuffer<T>> AsVector(ValueGetter<T> get) => (ref VBuffer<T> keys) =>
        {
            var editor = VBufferEditor.Create(ref keys, 1);
            get(ref editor.Values[0]);
            keys = editor.Commit();
        };

        public override int Get()
        {
            _get(ref _keys);
            return _keys.Length;
        }

        public override void CopyTo(Span<long> ids)
        {
            // Keys count from 1, and 0 is a missing one: also what a sparse vector leaves out.
            var keys = _keys.GetValues();
            if (!_keys.IsDense)
                ids.Fill(-1);
            for (var i = 0; i < keys.Length; i++)
                ids[_keys.IsDense ? i : _keys.GetIndices()[i]] = long.CreateSaturating(keys[i]) - 1;
        }
    }
}
