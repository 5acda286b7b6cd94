using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>The columns a stage adds: their types, slot names, and what ML.NET's evaluators look for.</summary>
static class StageSchema
{
    /// <summary>Marks the columns of one prediction as such: a number that no other prediction in the schema has.</summary>
    const string ScoreColumnSetId = "ScoreColumnSetId";

    /// <param name="input">The columns that there are.</param>
    /// <param name="names">Which are added.</param>
    /// <param name="columns">What they are computed from.</param>
    /// <param name="a">The stage.</param>
    /// <param name="labels">What predicted keys stand for, where that is known.</param>
    public static DataViewSchema Append(DataViewSchema input, StageColumns names, BoundColumns columns, Architecture a,
        LabelValues? labels = null)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var (name, output) in names.Outputs)
        {
            var type = TypeOf(name, output, a, columns);
            var annotations = new DataViewSchema.Annotations.Builder();
            AddSlotNames(annotations, name, type, output == StageOutputs.Score ? labels : null);
            if (output.ScoreValueKind is { } kind && a.Prediction is { OfTokens: false } prediction)
                AddScoreKind(annotations, input, LabelTypes.Of(prediction.Kind).Task, kind);
            if (output.NeedsAttentionWeights)
                TokenFrames.AddTo(annotations, a, columns);
            if (output == StageOutputs.Score)
                labels?.AddTo(annotations, "TrainingLabelValues");
            if (output == StageOutputs.PredictedLabel)
                labels?.AddTo(annotations, "KeyValues");
            builder.AddColumn(name, type, annotations.ToAnnotations());
        }
        return builder.ToSchema();
    }

    /// <summary>The input tokens of a row, at most as many as the stage takes; null where they vary.</summary>
    static int? TokensOf(Architecture a, int? frames) => frames is int count ? a.TokensOf(count) : null;

    /// <summary>The same of keys, of which there may be any number.</summary>
    static int? PatchesOf(Architecture a, int? frames) => frames is int count ? a.Patches.Tokens(count) : null;

    static DataViewType TypeOf(string name, StageOutput output, Architecture a, BoundColumns columns)
    {
        var item = LabelTypes.Of(output.KindOf(a)).TypeOf(a.Prediction);
        var axes = output.Axes(a);
        if (axes.Length == 0)
            return item;
        int?[] sizes = [.. axes.Select(axis =>
            axis.InAll(TokensOf(a, columns.QueryLength),
                a.IsCrossAttention ? PatchesOf(a, columns.KeyLength) : TokensOf(a, columns.KeyLength)))];
        // A vector type is of known size when every dimension is: one open length opens both.
        int[] dimensions = [.. axes.Zip(sizes, (axis, size) => size is int known && (axis.IsKnown || !sizes.Contains(null)) ? known : 0)];
        var numbers = dimensions.Aggregate(Int128.One, (product, size) => product * size);
        return numbers <= RowReader.MostNumbers ? new VectorDataViewType(item, dimensions) : throw new ArgumentException(
            $"Column '{name}' would be [{string.Join(", ", dimensions)}] in every row, {numbers} numbers: more than the "
                + $"{RowReader.MostNumbers} of a row.");
    }

    static void AddSlotNames(DataViewSchema.Annotations.Builder annotations, string name, DataViewType type, LabelValues? labels)
    {
        if (type is not VectorDataViewType { IsKnownSize: true } vector)
            return;
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, vector.Size),
            (ref VBuffer<ReadOnlyMemory<char>> names) =>
        {
            var editor = VBufferEditor.Create(ref names, vector.Size);
            for (var i = 0; i < vector.Size; i++)
                editor.Values[i] = (labels is not null && labels.Names.Count == vector.Size
                    ? labels.Names[i]
                    : SlotName(name, vector, i)).AsMemory();
            names = editor.Commit();
        });
    }

    /// <summary>The column's name and the index on each axis: <c>Attended.2.5</c> is element 5 of token 2.</summary>
    static string SlotName(string name, VectorDataViewType type, int slot)
    {
        var indices = new int[type.Dimensions.Length];
        for (var axis = indices.Length - 1; axis >= 0; axis--)
            (slot, indices[axis]) = Math.DivRem(slot, type.Dimensions[axis]);
        return $"{name}.{string.Join('.', indices)}";
    }

    static void AddScoreKind(DataViewSchema.Annotations.Builder annotations, DataViewSchema input, string prediction, string value)
    {
        var set = input.Select(SetOf).Append(0u).Max() + 1;
        annotations.Add(ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint id) => id = set);
        annotations.Add("ScoreColumnKind", TextDataViewType.Instance, (ref ReadOnlyMemory<char> text) => text = prediction.AsMemory());
        annotations.Add("ScoreValueKind", TextDataViewType.Instance, (ref ReadOnlyMemory<char> text) => text = value.AsMemory());
    }

    static uint SetOf(DataViewSchema.Column column)
    {
        var id = 0u;
        if (column.Annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type is KeyDataViewType { RawType: var raw }
            && raw == typeof(uint))
            column.Annotations.GetValue(ScoreColumnSetId, ref id);
        return id;
    }
}
