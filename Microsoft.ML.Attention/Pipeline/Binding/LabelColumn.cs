using Microsoft.ML.Attention.Model;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>A column of labels in one schema.</summary>
/// <param name="Column">The column.</param>
/// <param name="Prediction">What predicts them.</param>
sealed record LabelColumn(DataViewSchema.Column Column, Prediction Prediction)
{
    /// <exception cref="ArgumentException">There is no such column, or it cannot be learned from; the message names it.</exception>
    public static LabelColumn Of(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentException(
                $"There is no label column '{name}'. There are: {string.Join(", ", schema.Select(c => c.Name).Distinct())}.");
        return Of(column);
    }

    /// <summary>A column of how similar pairs are.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it does not hold a Single; the message names it.</exception>
    public static LabelColumn OfPairs(DataViewSchema schema, string name)
    {
        var label = Of(schema, name);
        CheckPairs(name, label.Prediction, $"{label.Column.Type}");
        return label;
    }

    /// <exception cref="ArgumentException">It is no Single.</exception>
    /// <param name="name">The column.</param>
    /// <param name="prediction">What a label of it is.</param>
    /// <param name="type">Its type, as a user would name it.</param>
    public static void CheckPairs(string name, Prediction prediction, string type)
    {
        if (prediction is not { Kind: LabelKind.Number, OfTokens: false })
            throw new ArgumentException($"Label column '{name}' is {type}, but the cosine of a pair is a Single: "
                + "convert it with Conversion.ConvertType.");
    }

    /// <exception cref="ArgumentException">The column cannot be learned from.</exception>
    public static LabelColumn Of(DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        var kind = KindOf(column, vector?.ItemType ?? column.Type);
        var size = kind switch
        {
            LabelKind.Class => Classes(column, (KeyDataViewType)(vector?.ItemType ?? column.Type)),
            LabelKind.Boolean => 1,
            // Several numbers for each token: [T, n].
            _ => vector is { Dimensions: [_, > 0 and var several] } ? several : 1,
        };
        return new(column, new Prediction(kind, size, OfTokens: vector is not null));
    }

    /// <summary>What a row's label is.</summary>
    /// <exception cref="ArgumentException">The column holds no labels.</exception>
    public static LabelKind KindOf(DataViewSchema.Column column) => KindOf(column, column.Type);

    static LabelKind KindOf(DataViewSchema.Column column, DataViewType type) => LabelTypes.Of(type)?.Kind
        ?? throw new ArgumentException($"Label column '{column.Name}' is {column.Type}, but must be {LabelTypes.Names}"
            + $"{(ReferenceEquals(type, column.Type) ? "" : " for each token")}{Remedy.OfLabel(type)}");

    static int Classes(DataViewSchema.Column column, KeyDataViewType key) => key.Count <= int.MaxValue ? (int)key.Count
        : throw new ArgumentException(
            $"Label column '{column.Name}' is {column.Type}, which does not say how many classes there are: map it with MapValueToKey.");
}
