using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>What the keys of a label column stand for: its annotation KeyValues, of whatever type,
/// as it was when the stage learned.</summary>
abstract class LabelValues
{
    const string Kind = "KeyValues", Column = "Values";

    /// <summary>A vector of one value for each class.</summary>
    public required VectorDataViewType Type { get; init; }

    /// <summary>The values as text.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Adds the values as an annotation.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    protected abstract IDataView ToView(MLContext context);

    /// <summary>Null where the column does not say.</summary>
    public static LabelValues? Of(DataViewSchema.Column label)
    {
        var values = label.Annotations.Schema.GetColumnOrNull(Kind);
        return values?.Type is not VectorDataViewType { IsKnownSize: true } type
            ? null
            : (LabelValues)Generic(nameof(Read), type).Invoke(null, Flags, null, [label.Annotations, type], null)!;
    }

    public void Save(Stream stream)
    {
        var context = new MLContext();
        context.Data.SaveAsBinary(ToView(context), stream);
    }

    public static LabelValues Load(Stream stream)
    {
        var file = new MemoryStream();
        stream.CopyTo(file);
        var view = new MLContext().Data.LoadFromBinary(new InMemory(file.ToArray()));
        var type = (VectorDataViewType)view.Schema[Column].Type;
        return (LabelValues)Generic(nameof(First), type).Invoke(null, Flags, null, [view, type], null)!;
    }

    const BindingFlags Flags = BindingFlags.DoNotWrapExceptions;

    static MethodInfo Generic(string method, VectorDataViewType type) =>
        typeof(LabelValues).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.ItemType.RawType);

    static LabelValues<T> Read<T>(DataViewSchema.Annotations annotations, VectorDataViewType type)
    {
        var values = default(VBuffer<T>);
        annotations.GetValue(Kind, ref values);
        return new([.. values.DenseValues()]) { Type = type };
    }

    static LabelValues<T> First<T>(IDataView view, VectorDataViewType type) =>
        new([.. view.GetColumn<VBuffer<T>>(Column).First().DenseValues()]) { Type = type };

    sealed class InMemory(byte[] file) : IMultiStreamSource
    {
        public int Count => 1;

        public string? GetPathOrNull(int index) => null;

        public Stream Open(int index) => new MemoryStream(file);

        public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
    }
}

/// <summary>Those of one type.</summary>
sealed class LabelValues<T>(T[] values) : LabelValues
{
    public override IReadOnlyList<string> Names => [.. values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];

    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind) =>
        annotations.Add(kind, Type, (ref VBuffer<T> destination) =>
    {
        var editor = VBufferEditor.Create(ref destination, values.Length);
        values.CopyTo(editor.Values);
        destination = editor.Commit();
    });

    protected override IDataView ToView(MLContext context)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Values)].ColumnType = Type;
        return context.Data.LoadFromEnumerable([new Row { Values = new(values.Length, values) }], schema);
    }

    sealed class Row
    {
        public VBuffer<T> Values { get; set; }
    }
}
