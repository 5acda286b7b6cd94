using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Views;

/// <summary>One column of the rows read ahead: a value for each,
/// in buffers that grow with the largest window and are used again by the next.</summary>
/// <remarks>There are two lots of buffers: the rows of one window are shown while those of the next are read.</remarks>
abstract class ColumnCache
{
    /// <summary>Reads the value of the source's current row.</summary>
    public abstract void Append();

    /// <summary>Shows the values appended since the last time, and takes the buffers of those shown until now for the next.</summary>
    public abstract void Show();

    /// <summary>A getter of the shown value in the row that <paramref name="row"/> names whenever the getter is called.</summary>
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
    T[] _shown = [];
    T[] _appended = [];
    int _count;

    /// <summary>A shown value.</summary>
    public T this[int row] => _shown[row];

    public override Delegate LastGetter => (ValueGetter<T>)((ref destination) => Copy(_appended[_count - 1], ref destination));

    public override void Append()
    {
        if (_count == _appended.Length)
            Array.Resize(ref _appended, int.Max(4, 2 * _count));
        Read(ref _appended[_count]);
        _count++;
    }

    public override void Show()
    {
        (_shown, _appended) = (_appended, _shown);
        _count = 0;
    }

    public override Delegate GetterAt(Func<int> row) => (ValueGetter<T>)((ref destination) => Copy(_shown[row()], ref destination));

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
        // a getter may dispose or refill the object it finds, as ML.NET's image getters do, and this one is a caller's by now
        slot = default!;
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
