using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The columns a stage adds: their types and slot names.</summary>
static class StageSchema
{
    public static DataViewSchema Append(DataViewSchema input, StageColumns names, BoundColumns columns, Architecture a)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var (name, output) in names.Outputs)
            Add(builder, name, TypeOf(name, output.Axes(a), TokensOf(a, columns.QueryLength), a.IsCrossAttention ? PatchesOf(a, columns.KeyLength) : TokensOf(a, columns.KeyLength)));
        return builder.ToSchema();
    }

    /// <summary>The input tokens of a row, at most as many as the stage takes; null where they vary.</summary>
    static int? TokensOf(Architecture a, int? frames) => frames is int count ? a.TokensOf(count) : null;

    /// <summary>The same of keys, of which there may be any number.</summary>
    static int? PatchesOf(Architecture a, int? frames) => frames is int count ? a.Patches.Tokens(count) : null;

    static VectorDataViewType TypeOf(string name, OutputAxis[] axes, int? queries, int? keys)
    {
        int?[] sizes = [.. axes.Select(axis => axis.InAll(queries, keys))];
        // A vector type is of known size when every dimension is: one open length opens both.
        int[] dimensions = [.. axes.Zip(sizes, (axis, size) => size is int known && (axis.IsKnown || !sizes.Contains(null)) ? known : 0)];
        var numbers = dimensions.Aggregate(Int128.One, (product, size) => product * size);
        return numbers <= RowReader.MostNumbers ? new(NumberDataViewType.Single, dimensions) : throw new ArgumentException(
            $"Column '{name}' would be [{string.Join(", ", dimensions)}] in every row, {numbers} numbers: more than the {RowReader.MostNumbers} of a row.");
    }

    static void Add(DataViewSchema.Builder builder, string name, VectorDataViewType type)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (type.IsKnownSize)
        {
            annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, type.Size), (ref VBuffer<ReadOnlyMemory<char>> names) =>
            {
                var editor = VBufferEditor.Create(ref names, type.Size);
                for (var i = 0; i < type.Size; i++)
                    editor.Values[i] = SlotName(name, type, i).AsMemory();
                names = editor.Commit();
            });
        }
        builder.AddColumn(name, type, annotations.ToAnnotations());
    }

    /// <summary>The column's name and the index on each axis: <c>Attended.2.5</c> is element 5 of token 2.</summary>
    static string SlotName(string name, VectorDataViewType type, int slot)
    {
        var indices = new int[type.Dimensions.Length];
        for (var axis = indices.Length - 1; axis >= 0; axis--)
            (slot, indices[axis]) = Math.DivRem(slot, type.Dimensions[axis]);
        return $"{name}.{string.Join('.', indices)}";
    }
}
