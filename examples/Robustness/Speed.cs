using Examples;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

namespace Robustness;

/// <summary>Rows in a second through stages, the rounds of one between those of the others.</summary>
static class Speed
{
    const int Rounds = 9;

    /// <summary>The median of the rounds, stage by stage.</summary>
    /// <param name="rows">Read from beginning to end in each round.</param>
    /// <param name="stages">What they go through.</param>
    public static double[] RowsPerSecond(IDataView rows, params MultiHeadAttentionTransformer[] stages)
    {
        var count = rows.GetRowCount() ?? throw new ArgumentException("The rows must be counted.", nameof(rows));
        return [.. Paired.Measure(Rounds, [.. stages.Select<MultiHeadAttentionTransformer, Action>(stage => () => Read(stage, rows))])
            .Select(seconds => count / seconds.Median())];
    }

    static void Read(MultiHeadAttentionTransformer stage, IDataView rows)
    {
        var transformed = stage.Transform(rows);
        var column = transformed.Schema[stage.Options.OutputColumnName];
        using var cursor = transformed.GetRowCursor([column]);
        var (getter, features) = (cursor.GetGetter<VBuffer<float>>(column), default(VBuffer<float>));
        while (cursor.MoveNext())
            getter(ref features);
    }
}
