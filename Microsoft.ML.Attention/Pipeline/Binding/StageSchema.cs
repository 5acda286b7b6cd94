using Microsoft.ML.Attention.Model;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The columns a stage adds: their types and slot names.</summary>
static class StageSchema
{
    public static DataViewSchema Append(DataViewSchema input, StageColumns names, BoundColumns columns, Architecture a)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        Add(builder, names.Output, OutputType(a, columns));
        if (names.Weights is not null)
            Add(builder, names.Weights, WeightsType(a, columns, names.WeightsLayers!.Value));
        if (names.Rollout is not null)
            Add(builder, names.Rollout, new(NumberDataViewType.Single, columns.QueryLength ?? 0, columns.QueryLength ?? 0));
        return builder.ToSchema();
    }

    static VectorDataViewType OutputType(Architecture a, BoundColumns columns) => a.Pooling == AttentionPooling.None
        ? new(NumberDataViewType.Single, columns.QueryLength ?? 0, a.OutputWidth)
        : new(NumberDataViewType.Single, a.OutputWidth);

    static VectorDataViewType WeightsType(Architecture a, BoundColumns columns, AttentionWeightsLayers layers)
    {
        // A vector type is of known size when every dimension is: one open length opens both.
        var (queries, keys) = columns is { QueryLength: int q, KeyLength: int k } ? (q, k) : (0, 0);
        return layers == AttentionWeightsLayers.All
            ? new(NumberDataViewType.Single, a.Layers, a.Heads, queries, keys)
            : new(NumberDataViewType.Single, a.Heads, queries, keys);
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

    /// <summary>The column's name and the place on each axis: <c>Attended.2.5</c> is element 5 of token 2.</summary>
    static string SlotName(string name, VectorDataViewType type, int slot)
    {
        var places = new int[type.Dimensions.Length];
        for (var axis = places.Length - 1; axis >= 0; axis--)
            (slot, places[axis]) = Math.DivRem(slot, type.Dimensions[axis]);
        return $"{name}.{string.Join('.', places)}";
    }
}
