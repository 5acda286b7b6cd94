using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Analysis;

/// <summary>Reads labels of tokens beside what was predicted for them.</summary>
sealed class TokenReader
{
    readonly IDataView _data;
    readonly DataViewSchema.Column? _mask, _weight;

    /// <exception cref="ArgumentException">A column is missing or is no vector of labels.</exception>
    public TokenReader(IDataView data, string label, string predicted, string? mask, string? weight)
    {
        ArgumentNullException.ThrowIfNull(data);
        _data = data;
        (Label, Predicted) = (Vector(label), Vector(predicted));
        if (mask is not null)
            _mask = data.Schema.GetColumnOrNull(mask) is { Type: VectorDataViewType { ItemType: BooleanDataViewType } } column ? column
                : throw new ArgumentException($"There is no column '{mask}' of a vector of Boolean.");
        if (weight is not null)
            _weight = WeightReader.Find(data.Schema, weight);
    }

    public LabelColumn Label { get; }

    public LabelColumn Predicted { get; }

    /// <summary>What the classes are called, where the label says.</summary>
    public IReadOnlyList<string>? Names => LabelValues.Of(Label.Column)?.Names;

    /// <summary>For each row that counts, how much; the labels that are there; and beside each what was predicted,
    /// NaN for nothing.</summary>
    public IEnumerable<(float Weight, (float Label, float Predicted)[] Tokens)> Rows()
    {
        DataViewSchema.Column[] columns = [Label.Column, Predicted.Column,
            .. ((DataViewSchema.Column?[])[_mask, _weight]).OfType<DataViewSchema.Column>()];
        using var cursor = _data.GetRowCursor(columns.DistinctBy(column => column.Index));
        var (labels, predictions) = (Numbers(cursor, Label), Numbers(cursor, Predicted));
        var getMask = _mask is { } m ? cursor.GetGetter<VBuffer<bool>>(m) : null;
        var present = default(VBuffer<bool>);
        var weigh = _weight is { } w ? WeightReader.ValueOf(cursor, w) : () => 1;
        while (cursor.MoveNext())
        {
            var weight = weigh();
            if (weight == 0 || !float.IsFinite(weight))
                continue;
            float[] actual = labels(), predicted = predictions();
            if (predicted.Length != actual.Length)
                throw Invalid(Predicted.Column, predicted.Length, actual.Length);
            getMask?.Invoke(ref present);
            if (getMask is not null && (present.Length == 0 ? actual.Length > 0 : actual.Length % present.Length != 0))
                throw Invalid(_mask!.Value, present.Length, actual.Length);
            bool[] isThere = getMask is null ? [] : [.. present.DenseValues()];
            yield return (weight, [.. actual.Zip(predicted)
                .Where((pair, i) => float.IsFinite(pair.First) && (getMask is null || isThere[i / (actual.Length / isThere.Length)]))]);
        }

        InvalidDataException Invalid(DataViewSchema.Column column, int found, int needed) =>
            new($"Row {cursor.Position}: column '{column.Name}' has {found} values, but label column '{Label.Column.Name}' has {needed}.");
    }

    LabelColumn Vector(string name)
    {
        var column = LabelColumn.Of(_data.Schema, name);
        return column.Prediction.OfTokens
            ? column
            : throw new ArgumentException($"Column '{name}' is {column.Column.Type}, but must be a vector, one for each token.");
    }

    /// <summary>The current row's labels as numbers, read as learning reads them.</summary>
    static Func<float[]> Numbers(DataViewRow row, LabelColumn column)
    {
        var labels = new LabelledRows(new RowLayout([], HasMask: false, HasBias: false, NumberOfHeads: 1)) { LabelsPerToken = 1 };
        var read = LabelReader.Of(row, column);
        return () =>
        {
            labels.Clear();
            read(labels);
            return labels.TokenLabels[0].ToArray();
        };
    }
}
