using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline;

/// <summary>One column of the rows read ahead: a value for each, in buffers that grow with the largest window and are used again by the next.</summary>
abstract class ColumnCache
{
    /// <summary>Reads the value of the source's current row.</summary>
    public abstract void Append();

    /// <summary>Forgets the values and keeps the buffers.</summary>
    public abstract void Clear();

    /// <summary>A getter of the value in the row that <paramref name="row"/> names whenever the getter is called.</summary>
    public abstract Delegate GetterAt(Func<int> row);

    /// <summary>A getter of the value appended last.</summary>
    public abstract Delegate LastGetter { get; }

    /// <summary>A cache of a column of <paramref name="source"/>, of whatever type it is.</summary>
    public static ColumnCache Create(DataViewRow source, DataViewSchema.Column column)
    {
        var type = column.Type.RawType;
        var isVector = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        var create = typeof(ColumnCache)
            .GetMethod(isVector ? nameof(CreateOfVectors) : nameof(CreateOfValues), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(isVector ? type.GetGenericArguments()[0] : type);
        return (ColumnCache)create.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [source, column], null)!;
    }

    static VectorCache<T> CreateOfVectors<T>(DataViewRow source, DataViewSchema.Column column) => new(source.GetGetter<VBuffer<T>>(column));

    static ValueCache<T> CreateOfValues<T>(DataViewRow source, DataViewSchema.Column column) => new(source.GetGetter<T>(column));
}

/// <summary>A <see cref="ColumnCache"/> of values of one type.</summary>
abstract class ColumnCache<T> : ColumnCache
{
    T[] _values = [];
    int _count;

    public T this[int row] => _values[row];

    public override Delegate LastGetter => GetterAt(() => _count - 1);

    public override void Append()
    {
        if (_count == _values.Length)
            Array.Resize(ref _values, int.Max(4, 2 * _count));
        Read(ref _values[_count]);
        _count++;
    }

    public override void Clear() => _count = 0;

    public override Delegate GetterAt(Func<int> row) => (ValueGetter<T>)((ref destination) => Copy(_values[row()], ref destination));

    /// <summary>Reads the source's current value over what an earlier window left in <paramref name="slot"/>.</summary>
    protected abstract void Read(ref T slot);

    /// <summary>Gives a value to a caller, who owns <paramref name="destination"/> and may change it.</summary>
    protected abstract void Copy(in T value, ref T destination);
}

/// <summary>Numbers, keys, text, images: what is handed out by assignment.</summary>
sealed class ValueCache<T>(ValueGetter<T> read) : ColumnCache<T>
{
    protected override void Read(ref T slot)
    {
        slot = default!;    // a getter may dispose or refill the object it finds, as ML.NET's image getters do, and this one is a caller's by now
        read(ref slot);
    }

    protected override void Copy(in T value, ref T destination) => destination = value;
}

/// <summary>Vectors, whose buffers are never handed out.</summary>
sealed class VectorCache<T>(ValueGetter<VBuffer<T>> read) : ColumnCache<VBuffer<T>>
{
    protected override void Read(ref VBuffer<T> slot) => read(ref slot);

    protected override void Copy(in VBuffer<T> value, ref VBuffer<T> destination) => value.CopyTo(ref destination);
}
