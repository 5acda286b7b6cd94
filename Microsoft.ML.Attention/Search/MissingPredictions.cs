using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Search;

/// <summary>Rows that a trainer predicted nothing for. ML.NET's evaluators (5.0.1) skip them,
/// and a metric can be perfect over what is left.</summary>
static class MissingPredictions
{
    /// <summary>
    /// How many of the rows that have a label, and a weight above 0 where rows have weights, have NaN for a score, a probability or a
    /// class's score, or no predicted class; and how many rows have that.
    /// </summary>
    public static (long Missing, long Rows) Count(IDataView predictions, string label, string? weight = null)
    {
        DataViewSchema.Column[] written = [.. ((string[])["Score", "Probability", "PredictedLabel"]).Select(
            predictions.Schema.GetColumnOrNull).OfType<DataViewSchema.Column>()];
        var weights = weight is null ? (DataViewSchema.Column?)null : WeightReader.Find(predictions.Schema, weight);
        DataViewSchema.Column[] beside = [predictions.Schema[label], weights ?? predictions.Schema[label]];
        using var cursor = predictions.GetRowCursor(written.Concat(beside).DistinctBy(column => column.Index));
        var weigh = weights is { } column ? WeightReader.ValueOf(cursor, column) : () => 1;
        var labelGetter = LabelReader.ValueOf(cursor, predictions.Schema[label]);
        Func<bool>[] tests = [.. written.Select(w => IsMissing(cursor, w)).OfType<Func<bool>>()];
        var (missing, rows) = (0L, 0L);
        while (cursor.MoveNext())
            if (float.IsFinite(labelGetter()) && float.IsFinite(weigh()) && weigh() > 0)
            {
                rows++;
                missing += tests.Any(test => test()) ? 1 : 0;
            }
        return (missing, rows);
    }

    static Func<bool>? IsMissing(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == NumberDataViewType.Single)
        {
            var get = row.GetGetter<float>(column);
            return () =>
            {
                var value = 0f;
                get(ref value);
                return float.IsNaN(value);
            };
        }
        if (column.Type is VectorDataViewType { ItemType: var item } && item == NumberDataViewType.Single)
        {
            var get = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> values = default;
            return () =>
            {
                get(ref values);
                foreach (var value in values.GetValues())
                    if (float.IsNaN(value))
                        return true;
                return false;
            };
        }
        if (column.Type is KeyDataViewType)
        {
            var get = LabelReader.ValueOf(row, column);
            return () => float.IsNaN(get());
        }
        return null; // a Boolean is always one
    }
}
