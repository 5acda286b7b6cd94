using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Search;

/// <summary>ML.NET's metrics where rows count differently, which its catalogs do not compute: each is what it would be if a row came as
/// often as its weight says.</summary>
static class WeightedMetrics
{
    /// <summary>Probabilities are taken for at least this, as in ML.NET's evaluators.</summary>
    const double LeastProbability = 1e-15;

    /// <summary>A row that can be counted.</summary>
    readonly record struct Row(float Label, double Weight, float[] Score, float Probability);

    public static double Of(AttentionSearchMetric metric, IDataView view, string label, string weight)
    {
        var column = LabelColumn.Of(view.Schema, label);
        Row[] rows = [.. Read(view, column, WeightReader.Find(view.Schema, weight))];
        var isClass = column.Prediction.Kind == LabelKind.Class;
        return metric switch
        {
            AttentionSearchMetric.MicroAccuracy => Mean(rows, IsRight),
            AttentionSearchMetric.MacroAccuracy => rows.GroupBy(row => row.Label).Average(rowsOfClass => Mean(rowsOfClass, IsRight)),
            AttentionSearchMetric.LogLoss when isClass =>
                -Mean(rows, row => Math.Log(Math.Max(row.Score[(int)row.Label], LeastProbability))),
            AttentionSearchMetric.LogLoss =>
                -Mean(rows, row => Math.Log2(Math.Max(row.Label > 0 ? row.Probability : 1 - row.Probability, LeastProbability))),
            AttentionSearchMetric.Accuracy => Mean(rows, row => IsTrue(row) == row.Label > 0 ? 1 : 0),
            AttentionSearchMetric.AreaUnderRocCurve => AreaUnderRocCurve(rows),
            AttentionSearchMetric.F1Score =>
                2 * Sum(rows, row => IsTrue(row) && row.Label > 0 ? 1 : 0) / Sum(rows, row =>
                    (IsTrue(row) ? 1 : 0) + (row.Label > 0 ? 1 : 0)),
            AttentionSearchMetric.RSquared => 1 - Mean(rows, SquaredError) / Variance(rows),
            AttentionSearchMetric.RootMeanSquaredError => Math.Sqrt(Mean(rows, SquaredError)),
            AttentionSearchMetric.MeanAbsoluteError => Mean(rows, row => Math.Abs(row.Score[0] - (double)row.Label)),
            _ => throw new NotSupportedException($"Metric {metric} is not known where rows have weights."),
        };
    }

    static double IsRight(Row row) => Array.IndexOf(row.Score, row.Score.Max()) == (int)row.Label ? 1 : 0;

    static bool IsTrue(Row row) => row.Score[0] > 0;

    static double SquaredError(Row row) => Math.Pow(row.Score[0] - (double)row.Label, 2);

    static double Sum(IEnumerable<Row> rows, Func<Row, double> number) => rows.Sum(row => row.Weight * number(row));

    static double Mean(IEnumerable<Row> rows, Func<Row, double> number) => Sum(rows, number) / Sum(rows, _ => 1);

    static double Variance(Row[] rows)
    {
        var mean = Mean(rows, row => row.Label);
        return Mean(rows, row => Math.Pow(row.Label - mean, 2));
    }

    /// <summary>The share of pairs of a true and a false row in which the true one scores higher, equal scores a half.</summary>
    static double AreaUnderRocCurve(Row[] rows)
    {
        var (below, pairs) = (0.0, 0.0);
        foreach (var equal in rows.GroupBy(row => row.Score[0]).OrderBy(group => group.Key))
        {
            var (yes, no) = (Sum(equal, row => row.Label > 0 ? 1 : 0), Sum(equal, row => row.Label > 0 ? 0 : 1));
            pairs += yes * (below + no / 2);
            below += no;
        }
        return pairs / (below * Sum(rows, row => row.Label > 0 ? 1 : 0));
    }

    /// <summary>
    /// Rows with a label, a weight and a score that are numbers, as ML.NET's evaluators take them; those of weight 0 are none.
    /// </summary>
    static IEnumerable<Row> Read(IDataView view, LabelColumn label, DataViewSchema.Column weight)
    {
        var score = view.Schema["Score"];
        var probability = view.Schema.GetColumnOrNull("Probability");
        DataViewSchema.Column[] columns = [label.Column, weight, score, .. probability is { } p ? [p] : (DataViewSchema.Column[])[]];
        using var cursor = view.GetRowCursor(columns.DistinctBy(column => column.Index));
        var labelled = new LabelledRows(new RowLayout([], HasMask: false, HasBias: false, NumberOfHeads: 1));
        var (readLabel, readWeight) = (LabelReader.Of(cursor, label), WeightReader.Of(cursor, weight));
        var readScores = score.Type is VectorDataViewType ? cursor.GetGetter<VBuffer<float>>(score) : null;
        var readScore = readScores is null ? cursor.GetGetter<float>(score) : null;
        var readProbability = probability is { } column ? cursor.GetGetter<float>(column) : null;
        var (scores, number, likely) = (default(VBuffer<float>), 0f, float.NaN);
        while (cursor.MoveNext())
        {
            labelled.Clear();
            readLabel(labelled);
            readWeight(labelled);
            readScores?.Invoke(ref scores);
            readScore?.Invoke(ref number);
            readProbability?.Invoke(ref likely);
            float[] found = readScores is null ? [number] : [.. scores.DenseValues()];
            var counts = float.IsFinite(labelled.Weights[0]) && labelled.Weights[0] > 0;
            if (counts && float.IsFinite(labelled.Labels[0]) && !found.Any(float.IsNaN))
                yield return new(labelled.Labels[0], labelled.Weights[0], found, likely);
        }
    }
}
