using Microsoft.ML;
using Microsoft.ML.Attention.Text;
using Microsoft.ML.Data;

namespace SemanticSearch;

/// <summary>Texts as rows, and rows as vectors.</summary>
static class Texts
{
    sealed class Row
    {
        public string Text { get; set; } = "";
    }

    public static IDataView View(MLContext context, IEnumerable<string> texts) =>
        context.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }));

    /// <summary>The vectors of the texts, in their order.</summary>
    public static float[][] Embed(MLContext context, PretrainedTransformer stage, IReadOnlyList<string> texts) =>
        [.. stage.Transform(View(context, texts)).GetColumn<float[]>(stage.Options.OutputColumnName)];

    public static double Cosine(float[] a, float[] b)
    {
        var (product, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            first += (double)a[i] * a[i];
            second += (double)b[i] * b[i];
        }
        return product / Math.Sqrt(first * second);
    }
}
